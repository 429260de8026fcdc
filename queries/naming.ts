import type { GapJson, Hint, NodeName, SnapshotSummary, TechniqueName, TextParts } from '#src/answers/answer.ts'
import type { Register } from '#src/graph/register.ts'
import { techniqueNamed } from '#src/graph/technique-names.ts'
import type { Gap } from '#src/model/model.ts'
import type { Questioned } from './query.ts'
import { shortName } from './selectors.ts'

/** `text` of an answer: names for every node and technique that it mentions, and what to say before and after it. */
export function textParts(
  about: Questioned,
  arns: Iterable<string>,
  more: {
    readonly techniques?: Iterable<string>
    readonly hints?: readonly Hint[]
    readonly notes?: readonly string[]
  } = {},
): TextParts {
  const nodes = new Map<string, NodeName>()
  for (const arn of arns) if (!nodes.has(arn)) nodes.set(arn, nameOf(about, arn))
  const techniques = new Map<string, TechniqueName>()
  for (const id of more.techniques ?? []) if (!techniques.has(id)) techniques.set(id, techniqueNamed(id))
  return {
    nodes: Object.fromEntries(nodes),
    techniques: Object.fromEntries(techniques),
    hints: more.hints ?? [],
    notes: [...standingNotes(about.register), ...(more.notes ?? [])],
  }
}

/** What every answer about the snapshot must say first. */
function standingNotes({ hasOrganization, accounts }: Register): readonly string[] {
  if (hasOrganization) return []
  const which = accounts.length === 1 ? 'its account is' : `its ${accounts.length} accounts are`
  return [`the snapshot has no organization data: ${which} answered as if in no organization, without SCPs and RCPs`]
}

export function summaryOf({ snapshot }: Register): SnapshotSummary {
  const { id, capturedAt, organizationId } = snapshot
  return { id, capturedAt, ...(organizationId !== undefined && { organizationId }) }
}

export const gapsOf = (register: Register): readonly GapJson[] => register.gaps.map(gapJson)

export const gapJson = ({ account, region, service, operation, resource, code }: Gap): GapJson => ({
  account: account ?? null,
  region: region ?? null,
  service,
  operation,
  ...(resource !== undefined && { resource }),
  code,
})

export function nameOf({ graph, register }: Questioned, arn: string): NodeName {
  const index = graph.find(arn)
  const node = index === undefined ? undefined : graph.node(index)
  const account = node?.account || (/^\d{12}$/.exec(arn.split(':', 5)[4] ?? '')?.[0] ?? '')
  const accountName = accountNameOf(register, account)
  const kind = node?.kind ?? kindOf(arn)
  return { kind, short: shortOf(register, arn, kind, accountName), account, accountName }
}

const namesByRegister = new WeakMap<Register, ReadonlyMap<string, string>>()

/** Name of an account, or its id where it has none. */
export function accountNameOf(register: Register, id: string): string {
  return accountNames(register).get(id) ?? id
}

function accountNames(register: Register): ReadonlyMap<string, string> {
  let names = namesByRegister.get(register)
  if (names === undefined) {
    names = new Map(register.accounts.map((account) => [account.id, account.name || account.id]))
    namesByRegister.set(register, names)
  }
  return names
}

function kindOf(arn: string): NodeName['kind'] {
  if (arn === '*') return 'anonymous'
  if (arn.endsWith(':root')) return 'account'
  const kind = /^arn:[^:]+:iam::\d*:(user|role|group)\//.exec(arn)?.[1]
  return kind === undefined ? 'resource' : (kind as NodeName['kind'])
}

function shortOf(register: Register, arn: string, kind: NodeName['kind'], accountName: string): string {
  switch (kind) {
    case 'anonymous':
      return 'anybody, unsigned'
    case 'admin':
      return `admin of ${accountName}`
    case 'account':
      return accountNames(register).has(arn.split(':', 5)[4] ?? '')
        ? `root of ${accountName}`
        : `account ${accountName}`
    case 'person':
      return `person ${register.people.find((person) => person.arn === arn)?.name ?? arn.slice(arn.lastIndexOf('/') + 1)}`
    case 'external':
      return arn === 'external' ? 'any AWS principal outside' : arn.slice(arn.lastIndexOf(':') + 1)
    case 'provider':
      return arn.startsWith('arn:') ? arn.slice(arn.lastIndexOf(':') + 1) : arn
    case 'trust-anchor':
      return arn.slice(arn.lastIndexOf(':') + 1)
    case 'resource':
      return resourceName(arn)
    default:
      return shortName(arn, kind)
  }
}

const resourceWords: Readonly<Record<string, string>> = {
  s3: 'bucket',
  kms: 'key',
  sqs: 'queue',
  sns: 'topic',
  secretsmanager: 'secret',
  lambda: 'function',
  ecr: 'repository',
  eks: 'cluster',
}

/** `bucket ledger`, `secret billing/stripe`; the rest of the ARN for what has no word. */
function resourceName(arn: string): string {
  const parts = arn.split(':')
  if (parts.length < 6) return arn
  const rest = parts.slice(5).join(':')
  const word = resourceWords[parts[2]!]
  const name = rest.replace(/^(key|secret|function|repository|cluster)[:/]/, '')
  // Secrets Manager appends six random characters.
  const plain = parts[2] === 'secretsmanager' ? name.replace(/-[A-Za-z0-9]{6}$/, '') : name
  return word === undefined ? rest : `${word} ${plain}`
}
