import { setTimeout as sleep } from 'node:timers/promises'
import { failureOf, StoppedError } from '../aws/failures.ts'
import { inParallel } from '../aws/limit.ts'
import { nextPage } from '../aws/pages.ts'
import type { Output, Session } from '../aws/session.ts'
import type { Asked, Call } from '../service.ts'
import { type Answers, type Arguments, argumentsOf, sourcesOf } from './arguments.ts'
import { type LedgerEntry, notAsked } from './ledger.ts'
import { joinPages, parseSelection, select } from './select.ts'

/** Calls of one service in one account and region that are in flight together. */
const atOnce = 8

/** Where a service is asked. */
export interface Target {
  readonly session: Session
  readonly account: string
  /** Undefined for services without one. */
  readonly region: string | undefined
  /** Region that services without one are called in. */
  readonly home: string
  readonly isManagement: boolean
  /** Whether calls that are made on request are to be made. */
  readonly wantsAll: boolean
  /** What another service answered in the same place. */
  readonly otherAnswers: (service: string) => Promise<Answers>
}

export interface Told {
  /** By operation and arguments, in the order of asking. */
  readonly answers: Answers
  readonly errors: readonly LedgerEntry[]
}

/** Makes all calls of one service in one place, and keeps what its file says of the answers. */
export async function askService(service: Asked, target: Target): Promise<Told> {
  const answers: Record<string, unknown> = Object.create(null)
  const errors: LedgerEntry[] = []
  for (const call of callsIn(service, target)) {
    const others = new Map<string, Answers>()
    for (const { service: name } of sourcesOf(call)) {
      if (name !== undefined) others.set(name, await target.otherAnswers(name))
    }
    errors.push(...notAskable(call, errors, target))
    const answersOf = (name: string | undefined) => (name === undefined ? answers : others.get(name)!)
    const asked = new Set<string>()
    // Again for what the answers themselves tell: units below units.
    for (let found = true; found; ) {
      const fresh = argumentsOf(call, target.account, answersOf).filter(({ values }) => !asked.has(keyOf(values)))
      for (const { values } of fresh) asked.add(keyOf(values))
      const results = await inParallel(fresh, atOnce, (given) => askOnce(service, call, given, target))
      for (const [index, result] of results.entries()) {
        if ('error' in result) errors.push(result.error)
        else if (result.answer !== undefined)
          file(answers, [call.operation, ...keysOf(call, fresh[index]!)], result.answer)
      }
      found = fresh.length > 0 && sourcesOf(call).some(({ operation }) => operation === call.operation)
    }
  }
  return { answers, errors }
}

export const callsIn = (
  { calls }: Asked,
  { isManagement, wantsAll }: Pick<Target, 'isManagement' | 'wantsAll'>,
): readonly Call[] =>
  calls.filter((call) => (call.isManagement !== true || isManagement) && (call.isOptional !== true || wantsAll))

const keyOf = (values: readonly unknown[]): string => JSON.stringify(values)

async function askOnce(
  service: Asked,
  call: Call,
  given: Arguments,
  target: Target,
): Promise<{ readonly answer: unknown } | { readonly error: LedgerEntry }> {
  try {
    return { answer: await askPages(service, call, given, target) }
  } catch (error) {
    if (error instanceof StoppedError) throw error
    const failure = failureOf(error)
    if (call.none?.includes(failure.code)) return { answer: undefined }
    return { error: entryOf(service, call, keysOf(call, given).at(-1), target, failure) }
  }
}

async function askPages(service: Asked, call: Call, given: Arguments, target: Target): Promise<unknown> {
  const { session, home } = target
  const region = given.region ?? target.region ?? home
  const selection = selectionOf(call.keep)
  let input: Readonly<Record<string, unknown>> = { ...call.input, ...inputOf(call, given) }
  if (call.job !== undefined) {
    const { JobId } = await session.call(service, region, call.job, input)
    input = { JobId }
  }
  let answer: unknown
  for (let token: string | undefined; ; ) {
    const output = await askPage(service, call, input, region, target)
    answer = joinPages(answer, select(output, selection))
    const next = nextPage(output)
    if (next === undefined) return answer
    if (JSON.stringify(next) === token)
      throw Object.assign(new Error('the same page came twice'), { name: 'RepeatedPage' })
    token = JSON.stringify(next)
    input = { ...input, ...next }
  }
}

/** Jobs are asked for until they are over. */
async function askPage(
  service: Asked,
  call: Call,
  input: object,
  region: string,
  { session }: Target,
): Promise<Output> {
  for (let wait = 500; ; wait = Math.min(2 * wait, 10_000)) {
    const output = await session.call(service, region, call.operation, input)
    if (call.job === undefined || output.JobStatus !== 'IN_PROGRESS') return output
    await sleep(wait)
  }
}

const selections = new Map<string, ReturnType<typeof parseSelection>>()

function selectionOf(keep: string): ReturnType<typeof parseSelection> {
  let selection = selections.get(keep)
  if (selection === undefined) selections.set(keep, (selection = parseSelection(keep)))
  return selection
}

function inputOf({ as = [], operation }: Call, { values }: Arguments): Record<string, unknown> {
  if (as.length !== values.length) throw new Error(`${operation}: ${values.length} arguments for ${as.length} members`)
  return Object.fromEntries(as.map((name, index) => [name, values[index]]))
}

/** What an answer is filed under. */
function keysOf(call: Call, { values }: Arguments): readonly string[] {
  const as = call.as ?? []
  const under = call.under ?? (call.batch === undefined ? as : as.slice(0, -1))
  return under.map((name) => String(values[as.indexOf(name)]))
}

/** A second answer under the same arguments is a further batch. */
function file(answers: Record<string, unknown>, path: readonly string[], answer: unknown): void {
  let folder = answers
  for (const name of path.slice(0, -1)) folder = (folder[name] ??= Object.create(null)) as Record<string, unknown>
  const last = path.at(-1)!
  folder[last] = joinPages(folder[last], answer)
}

function entryOf(
  { name }: { readonly name: string },
  { operation }: Call,
  resource: string | undefined,
  { region }: Pick<Target, 'region'>,
  { code, message }: { readonly code: string; readonly message?: string },
): LedgerEntry {
  return {
    service: name,
    operation,
    ...(region !== undefined && { region }),
    ...(resource !== undefined && { resource }),
    code,
    ...(message !== undefined && { message }),
  }
}

/** What cannot be asked because the answer that names its arguments is missing. */
function notAskable(call: Call, errors: readonly LedgerEntry[], { region }: Target): readonly LedgerEntry[] {
  const sources = sourcesOf(call).filter(
    ({ service, operation }) => service === undefined && operation !== call.operation,
  )
  return errors
    .filter(({ operation }) => sources.some((source) => source.operation === operation))
    .map(({ service, operation, resource }) =>
      entryOf(
        { name: service },
        call,
        resource,
        { region },
        {
          code: notAsked,
          message: `${operation} failed${resource === undefined ? '' : ` for ${resource}`}`,
        },
      ),
    )
}
