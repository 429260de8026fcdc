import { createServer, type IncomingHttpHeaders, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AwsRequest, readRequest } from './requests.ts'

/** An answer as it goes over the wire. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | string
}

/** What is done to a request instead of answering it. */
export type Fault =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'drop' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'truncate' }

export interface Logged {
  readonly service: string
  readonly operation: string
  readonly account: string
  readonly region: string
  readonly by: 'emulator' | 'front' | 'fault' | 'recording'
}

/** An answer of the front's own; undefined: it has none. */
export type Answering = (request: AwsRequest & { readonly account: string }) => Answer | undefined

/**
 * A small HTTP proxy before the emulator. Everything goes to the emulator first; what it does not have, or answers wrongly, is answered
 * here with bodies as AWS sends them, so that the SDK's own parsing is exercised.
 */
export class Front {
  readonly log: Logged[] = []
  /** Whether no log is kept. */
  isQuiet = false
  /** Milliseconds before each answer. */
  latency = 0
  /** Asked first, for each request. */
  fault: (request: AwsRequest & { readonly account: string }, index: number) => Fault | undefined = () => undefined
  /** Asked for what the emulator does not have. */
  fallback: Answering = () => undefined
  /** Asked before the emulator, for what it answers wrongly. */
  override: Answering = () => undefined
  /** Changes what the emulator answered. */
  rewrite: (request: AwsRequest & { readonly account: string }, answer: Answer) => Answer = (_, answer) => answer
  /** Answers by request are kept, and given again without asking the emulator. */
  recording: Map<string, Answer> | undefined
  private readonly emulator: string
  private readonly ownAccount: string
  private readonly accounts = new Map<string, string>()
  private readonly server = createServer((incoming, response) => {
    this.handle(incoming, response).catch((error) => {
      response.writeHead(599).end(String(error))
    })
  })

  /** `emulator` may be empty: then all is answered here. `ownAccount` is that of keys that nobody handed out. */
  constructor(emulator: string, ownAccount = '123456789012') {
    this.emulator = emulator
    this.ownAccount = ownAccount
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.server.keepAliveTimeout = 60_000
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.server.closeAllConnections()
    this.server.close()
  }

  private async handle(incoming: Parameters<typeof readRequest>[0], response: ServerResponse): Promise<void> {
    const read = await readRequest(incoming)
    const request = { ...read, account: this.accounts.get(read.accessKey) ?? this.ownAccount }
    const fault = this.fault(request, this.log.length)
    const line = {
      service: request.service,
      operation: request.operation,
      account: request.account,
      region: request.region,
    }
    if (this.latency > 0) await new Promise((resolve) => setTimeout(resolve, this.latency))
    if (fault !== undefined && fault.kind !== 'truncate') {
      this.log.push({ ...line, by: 'fault' })
      if (fault.kind === 'drop') incoming.socket.destroy()
      if (fault.kind === 'answer') write(response, fault.answer)
      return
    }
    const { answer, by } = await this.answerTo(request, incoming.headers)
    if (!this.isQuiet) this.log.push({ ...line, by: fault === undefined ? by : 'fault' })
    this.learn(request, answer)
    if (fault?.kind === 'truncate') cutOff(response, answer)
    else write(response, answer)
  }

  private async answerTo(
    request: AwsRequest & { readonly account: string },
    headers: IncomingHttpHeaders,
  ): Promise<{ answer: Answer; by: Logged['by'] }> {
    const overridden = this.override(request)
    if (overridden !== undefined) return { answer: overridden, by: 'front' }
    const key = [request.account, request.region, request.service, request.operation, request.path, request.body].join(
      '\n',
    )
    const recorded = this.recording?.get(key)
    if (recorded !== undefined) return { answer: recorded, by: 'recording' }
    const result = await this.ask(request, headers)
    this.recording?.set(key, result.answer)
    return result
  }

  private async ask(
    request: AwsRequest & { readonly account: string },
    headers: IncomingHttpHeaders,
  ): Promise<{ answer: Answer; by: Logged['by'] }> {
    if (this.emulator !== '') {
      const answer = await forward(this.emulator, request, headers)
      if (!isLacking(answer)) return { answer: this.rewrite(request, answer), by: 'emulator' }
    }
    const own = this.fallback(request)
    const missing = json(501, { __type: 'NotImplemented', message: `${request.service} ${request.operation}` })
    return { answer: own ?? missing, by: 'front' }
  }

  /** Keys that sessions get belong to the account of the role. */
  private learn({ service, operation, input }: AwsRequest, { body }: Answer): void {
    if (service !== 'sts' || operation !== 'AssumeRole') return
    const account = /^arn:[^:]+:iam::(\d{12}):/.exec(String(input.RoleArn))?.[1]
    const key = /<AccessKeyId>([^<]+)</.exec(body.toString())?.[1]
    if (account !== undefined && key !== undefined) this.accounts.set(key, account)
  }
}

/** How the emulator answers what it does not know: a page, or a failure of its own. */
function isLacking({ status, body }: Answer): boolean {
  return status === 501 || status === 500 || (status === 404 && /^\s*<!doctype html/i.test(body.toString()))
}

function forward(emulator: string, { method, path, body }: AwsRequest, headers: IncomingHttpHeaders): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = send(new URL(path, emulator), { method, headers }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        const kept = Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
          typeof value === 'string' && !hopByHop.has(name) ? [[name, value]] : [],
        )
        resolve({ status: incoming.statusCode ?? 500, headers: Object.fromEntries(kept), body: Buffer.concat(chunks) })
      })
      incoming.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date', 'server'])

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

/** Half of the body comes, then the connection is gone. */
function cutOff(response: ServerResponse, { status, headers, body }: Answer): void {
  const whole = Buffer.from(body)
  response.writeHead(status, { ...headers, 'content-length': whole.length + 1 })
  response.write(whole.subarray(0, Math.floor(whole.length / 2)), () => response.destroy())
}

export const json = (status: number, body: object): Answer => ({
  status,
  headers: {
    'content-type': 'application/x-amz-json-1.1',
    ...('__type' in body && { 'x-amzn-errortype': String(body.__type) }),
  },
  body: JSON.stringify(body),
})

export const xml = (body: string, status = 200): Answer => ({ status, headers: { 'content-type': 'text/xml' }, body })

/** An error as the protocol of a service writes it. */
export function failure({ service }: Pick<AwsRequest, 'service'>, code: string, status = 400): Answer {
  const message = `${code}, says the front`
  if (service === 's3' || service === 's3control') {
    return xml(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`, status)
  }
  if (service === 'ec2') {
    return xml(
      `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors></Response>`,
      status,
    )
  }
  if (['iam', 'sts', 'sns', 'cloudformation'].includes(service)) {
    return xml(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
      status,
    )
  }
  return json(status, { __type: code, message })
}
