import type { Graph, NodeKind } from '#src/graph/graph.ts'
import type { Register, RegisteredAccount, TagRegister } from '#src/graph/register.ts'
import { usageError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import { nearestNames } from '#src/lib/suggest.ts'
import { globMatches } from '#src/policy/glob.ts'
import { accountNamed, listed, selectorHelp, suggestion, unitNamed } from './places.ts'

/** One end of a path. */
export interface End {
  /** What it is called in answers: the ARN that was asked for. */
  readonly arn: string
  /** The nodes that stand for it: usually one; for a principal outside the organization also `external`. */
  readonly nodes: readonly number[]
  /** It belongs to an account that could not be read: what is not known to lead there, or from there, may lead all the same. */
  readonly missing?: string
}

export interface Selection {
  readonly ends: readonly End[]
  /** The selector names one thing: its pair with another such is answered even where no path joins them. */
  readonly isSingle: boolean
}

type About = { readonly graph: Graph; readonly register: Register }

/** Account, role and name of a session. */
export const sessionArn = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\/([^/]+)$/

/** ARN of the node for any AWS principal outside the organization; also the selector for all of them. */
const anyOutsider = 'external'

/**
 * The ends that a selector of design §6 gives: an ARN, also with `*`; `role/name`, `user/name`, `group/name`; an access key id;
 * `account:`, `ou:`, `tag:`; `admin`, `admin:<account>`; `external`; `*` or `internet`. Throws a usage error with the nearest names
 * where the snapshot has none, and with the candidates where a name is ambiguous.
 */
export function select(about: About, text: string): Selection {
  const trimmed = text.trim()
  if (trimmed === '') throw usageError('expected a selector, got nothing', selectorHelp)
  if (trimmed === '*' || trimmed === 'internet') return single(about, '*')
  if (trimmed === anyOutsider) return several(about, text, outsiders(about))
  if (trimmed === 'admin')
    return several(
      about,
      text,
      nodesWhere(about, ({ kind }) => kind === 'admin'),
    )
  const colon = trimmed.indexOf(':')
  const rest = trimmed.slice(colon + 1)
  switch (colon < 0 ? '' : trimmed.slice(0, colon)) {
    case 'arn':
      return byArn(about, trimmed)
    case 'account':
      return byAccount(about, rest)
    case 'admin': {
      const account = accountNamed(about.register, rest)
      const { ends } = single(about, `admin:${account.id}`)
      return { ends: [{ ...ends[0]!, ...missingOf(account) }], isSingle: true }
    }
    case 'ou':
      return byUnit(about, rest)
    case 'tag':
      return byTag(about, rest)
  }
  return byName(about, trimmed)
}

/** The same, for questions about one thing: a selector that gives several is an error. */
export function selectOne(about: About, text: string): End {
  const { ends } = select(about, text)
  if (ends.length === 1) return ends[0]!
  throw usageError(`${quote(text)} stands for ${ends.length} things, expected one`, listed(ends.map(({ arn }) => arn)))
}

/**
 * The node that an end stands for as a target. Somebody outside is himself alone there: what reaches another principal of his
 * account, or anybody, does not reach him.
 */
export const targetOf = ({ graph }: About, { arn }: End): number | undefined => graph.find(arn)

function endOf({ graph, register }: About, node: number): End {
  const { arn, kind, account } = graph.node(node)
  const owner = ownedKinds.has(kind) ? register.accounts.find(({ id }) => id === account) : undefined
  return { arn, nodes: [node], ...missingOf(owner) }
}

/** What an account's authorization details tell: of one that could not be read, other policies give these names only. */
const ownedKinds: ReadonlySet<NodeKind> = new Set(['user', 'group', 'role', 'admin'])

const missingOf = (account: RegisteredAccount | undefined): Pick<End, 'missing'> =>
  account === undefined || account.isCollected
    ? {}
    : { missing: `accounts/${account.id}: iam:GetAccountAuthorizationDetails` }

function single(about: About, arn: string): Selection {
  const node = about.graph.find(arn)
  return { ends: [node === undefined ? { arn, nodes: [] } : endOf(about, node)], isSingle: true }
}

function several(about: About, text: string, nodes: readonly number[]): Selection {
  if (nodes.length === 0) throw usageError(`nothing in the snapshot matches ${quote(text)}`, selectorHelp)
  return { ends: nodes.map((node) => endOf(about, node)), isSingle: false }
}

function nodesWhere({ graph }: About, fits: (node: ReturnType<Graph['node']>) => boolean): number[] {
  const nodes: number[] = []
  for (let node = 0; node < graph.nodeCount; node++) if (fits(graph.node(node))) nodes.push(node)
  return nodes
}

function outsiders(about: About): number[] {
  const inside = new Set(about.register.accounts.map(({ id }) => id))
  return nodesWhere(about, ({ kind, account }) => kind === 'external' || (kind === 'account' && !inside.has(account)))
}

function byArn(about: About, arn: string): Selection {
  const { graph, register } = about
  const known = graph.find(arn)
  if (known !== undefined && !isOutside(about, arn)) return { ends: [endOf(about, known)], isSingle: true }
  if (/[*?]/.test(arn)) {
    const nodes = nodesWhere(about, (node) => globMatches(arn, node.arn))
    if (nodes.length > 0) return several(about, arn, nodes)
  }
  const bucket = /^(arn:[^:]+:s3:::[^/]+)\//.exec(arn)?.[1]
  if (bucket !== undefined) return single(about, needNode(about, bucket))
  const session = sessionArn.exec(arn)
  const account = arn.split(':', 5)[4] ?? ''
  const owner = register.accounts.find(({ id }) => id === account)
  if (session !== null && owner !== undefined) return roleOfSession(about, session[1]!, session[2]!, arn)
  if (owner === undefined && /^\d{12}$/.test(account) && /^arn:[^:]+:(iam|sts)::/.test(arn)) {
    return { ends: [outsideEnd(about, arn, account)], isSingle: true }
  }
  const missing = missingOf(owner)
  if (missing.missing !== undefined) return { ends: [{ arn, nodes: [], ...missing }], isSingle: true }
  throw unknownName(about, arn)
}

function needNode(about: About, arn: string): string {
  if (about.graph.find(arn) === undefined) throw unknownName(about, arn)
  return arn
}

const isOutside = ({ graph, register }: About, arn: string): boolean => {
  const { kind, account } = graph.node(graph.find(arn)!)
  return (
    (kind === 'account' || kind === 'external') && account !== '' && !register.accounts.some(({ id }) => id === account)
  )
}

/**
 * Whoever is in an account outside the organization: what policies grant to anybody in it, or to any AWS principal, is theirs.
 * One ARN stands for the account (design §2): its owner decides who in it is what.
 */
function outsideEnd(about: About, arn: string, account: string): End {
  const own = nodesWhere(about, (node) => node.account === account)
  const anybody = about.graph.find(anyOutsider)
  const exact = about.graph.find(arn)
  const nodes = new Set([...(exact === undefined ? [] : [exact]), ...own, ...(anybody === undefined ? [] : [anybody])])
  return { arn, nodes: [...nodes] }
}

/** A session's ARN has no path of the role in it; role names are unique in an account all the same. */
function roleOfSession(about: About, account: string, name: string, arn: string): Selection {
  const roles = nodesWhere(
    about,
    (node) => node.kind === 'role' && node.account === account && node.arn.endsWith(`/${name}`),
  )
  if (roles.length === 0) throw unknownName(about, arn)
  return { ends: [endOf(about, roles[0]!)], isSingle: true }
}

function byAccount(about: About, text: string): Selection {
  const { register } = about
  const isKnown = register.accounts.some(({ id, name }) => id === text || name === text)
  if (!isKnown && /^\d{12}$/.test(text)) {
    return { ends: [outsideEnd(about, `arn:${register.snapshot.partition}:iam::${text}:root`, text)], isSingle: true }
  }
  const { id } = accountNamed(register, text)
  return several(
    about,
    `account:${text}`,
    nodesWhere(about, ({ account }) => account === id),
  )
}

function byUnit(about: About, text: string): Selection {
  const { accounts } = about.register
  const { path } = unitNamed(about.register, text)
  const inside = new Set(accounts.filter((account) => account.path?.startsWith(path)).map(({ id }) => id))
  return several(
    about,
    `ou:${text}`,
    nodesWhere(about, ({ account }) => inside.has(account)),
  )
}

function byTag(about: About, text: string): Selection {
  const split = text.indexOf('=')
  if (split <= 0) {
    const near = nearestNames(text, new Set((JSON.parse(about.register.tags) as TagRegister).map(([key]) => key)))
    throw usageError(
      `expected tag:<key>=<value>, got ${quote(`tag:${text}`)}`,
      near.length === 0 ? undefined : `tags of that name: ${near.map((key) => quote(`tag:${key}=…`)).join(', ')}`,
    )
  }
  const key = text.slice(0, split)
  const value = text.slice(split + 1)
  const tags = JSON.parse(about.register.tags) as TagRegister
  const nodes = tags.filter(([own, has]) => own === key && has === value).flatMap(([, , numbers]) => numbers)
  if (nodes.length > 0)
    return several(
      about,
      text,
      [...new Set(nodes)].sort((left, right) => left - right),
    )
  const near = nearestNames(
    text,
    tags.map(([own, has]) => `${own}=${has}`),
  )
  throw usageError(`nothing in the snapshot is tagged ${quote(text)}`, suggestion(near.map((name) => `tag:${name}`)))
}

function byName(about: About, text: string): Selection {
  const key = about.register.keys.find(({ id }) => id === text)
  if (key !== undefined) return single(about, needNode(about, key.user))
  if (/^(role|user|group)\/./.test(text)) {
    const kind = text.slice(0, text.indexOf('/'))
    const name = text.slice(kind.length)
    const nodes = nodesWhere(
      about,
      (node) =>
        node.kind === kind &&
        (node.arn.endsWith(`:${text}`) || (node.arn.endsWith(name) && node.arn.includes(`:${kind}/`))),
    )
    // `role/a/b` written whole goes before a longer path that ends so.
    const whole = nodes.filter((node) => about.graph.node(node).arn.endsWith(`:${text}`))
    const found = whole.length === 1 && text.indexOf('/', kind.length + 1) > 0 ? whole : nodes
    if (found.length === 1) return { ends: [endOf(about, found[0]!)], isSingle: true }
    if (found.length > 1) {
      const arns = found.map((node) => about.graph.node(node).arn)
      throw usageError(`${quote(text)} is the name of ${found.length} ${kind}s`, listed(arns))
    }
  }
  const person = about.register.people.filter(({ name }) => `person/${name}` === text || name === text)
  if (person.length === 1) return single(about, needNode(about, person[0]!.arn))
  // Services and providers are nodes by their own name.
  if (about.graph.find(text) !== undefined) return single(about, text)
  throw unknownName(about, text)
}

/** Names are only gathered once something was mistyped. */
function unknownName(about: About, text: string): Error {
  const { graph, register } = about
  const candidates: string[] = []
  const isArn = text.startsWith('arn:')
  for (let node = 0; node < graph.nodeCount; node++) {
    const { arn, kind } = graph.node(node)
    if (isArn) candidates.push(arn)
    else if (kind === 'role' || kind === 'user' || kind === 'group') candidates.push(shortName(arn, kind))
  }
  if (!isArn) {
    candidates.push(...register.people.map(({ name }) => `person/${name}`), ...register.keys.map(({ id }) => id))
    candidates.push(...register.accounts.flatMap(({ id, name }) => [`account:${id}`, `account:${name}`]))
  }
  const near = nearestNames(text, candidates)
  return usageError(`the snapshot has no ${quote(text)}`, near.length === 0 ? selectorHelp : suggestion(near))
}

/** `role/deploy/release` of an ARN. */
export const shortName = (arn: string, kind: string): string => {
  const at = arn.indexOf(`:${kind}/`)
  return at < 0 ? arn : arn.slice(at + 1)
}
