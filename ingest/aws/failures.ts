import { InputError, messageOf } from '#src/lib/errors.ts'

/** A call that failed, as the ledger keeps it. */
export interface Failure {
  /** Of AWS where there is one. */
  readonly code: string
  readonly message: string
}

/** The collection cannot go on: what is finished stays, and `--resume` goes on with the rest. */
export class StoppedError extends InputError {
  constructor(reason: string, options: { readonly where: string; readonly help?: string; readonly cause?: unknown }) {
    super(reason, { help: resumeHelp, ...options, kind: 'incomplete' })
  }
}

const resumeHelp = 'what was finished stays: trustwalk collect --resume goes on with the rest'

/** Codes by which AWS, or the SDK, says that credentials are no longer valid. */
const expired = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenRefreshRequired'])

/** What Node says of connections, in words of the ledger. */
const connections: Readonly<Record<string, string>> = {
  ENOTFOUND: 'EndpointNotFound',
  EAI_AGAIN: 'EndpointNotFound',
  ECONNREFUSED: 'ConnectionFailed',
  ECONNRESET: 'ConnectionFailed',
  EPIPE: 'ConnectionFailed',
  EHOSTUNREACH: 'ConnectionFailed',
  ENETUNREACH: 'ConnectionFailed',
  ETIMEDOUT: 'TimeoutError',
}

export function failureOf(error: unknown): Failure {
  const message = shorten(messageOf(error))
  if (isUnparseable(error)) return { code: 'UnreadableAnswer', message }
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown }
  if (typeof code === 'string' && Object.hasOwn(connections, code)) return { code: connections[code]!, message }
  return { code: typeof name === 'string' && name !== 'Error' ? name : 'Unknown', message }
}

export const isExpired = (error: unknown): boolean => expired.has((error as { readonly name?: string }).name ?? '')

/** There are no credentials, or none that can be made anew without a person. */
export const areCredentialsMissing = (error: unknown): boolean =>
  ['CredentialsProviderError', 'TokenProviderError', 'ProviderError'].includes((error as { name?: string }).name ?? '')

/** An answer that is not of the shape that the SDK knows: cut off, or a page of a proxy. */
export function isUnparseable(error: unknown): boolean {
  if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError) return true
  const { name, message, $fault } = error as { name?: string; message?: string; $fault?: string }
  return $fault === undefined && name === 'Error' && /pars|deserializ|unclosed|unexpected|xml/i.test(message ?? '')
}

const shorten = (message: string): string => (message.length > 400 ? `${message.slice(0, 400)}…` : message)

export function withoutCredentials(error: unknown): StoppedError {
  return new StoppedError(messageOf(error), {
    where: 'the credentials of the collection are not valid',
    help: `log in again (aws sso login, aws configure); ${resumeHelp}`,
    cause: error,
  })
}
