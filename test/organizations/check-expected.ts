import type { Account } from '#src/model/model.ts'
import { globMatches } from '#src/policy/glob.ts'
import type { Ask } from './ask.ts'
import {
  type Expected,
  type ExpectedAccess,
  type ExpectedEntry,
  type ExpectedEscalation,
  type ExpectedGap,
  type ExpectedKey,
  type ExpectedNonPath,
  type ExpectedPath,
  type ExpectedPerson,
  type ExpectedRelation,
  type ExpectedWorkload,
  freeKeys,
  layerOf,
  type Requires,
} from './expected.ts'

/** One known answer: what is asked, and in which ways the answer differs from what is known (none: it holds). */
export interface Case {
  readonly name: string
  check(ask: Ask): string[]
}

/** A case for every entry of every section but `unused`. */
export function casesOf(expected: Expected): readonly Case[] {
  const each = <Entry>(
    section: string,
    entries: readonly Entry[],
    nameOf: (entry: Entry) => string,
    check: (ask: Ask, entry: Entry, differences: Differences) => void,
  ): Case[] =>
    entries.map((entry) => ({
      name: `${section} ${nameOf(entry)}`,
      check(ask) {
        const differences = new Differences()
        check(ask, entry, differences)
        return differences.found
      },
    }))
  const outsiders = publicTargets(expected)
  const byId = ({ id }: { readonly id: string }) => id
  return [
    ...each('counts', [expected], () => '', checkCounts),
    ...each('structural', expected.structural, ({ kind }) => kind, checkRelation),
    ...each('paths', expected.paths, byId, checkPath),
    ...each('nonPaths', expected.nonPaths, byId, (...args) => checkNonPath(...args, outsiders)),
    ...each('escalations', expected.escalations, byId, checkEscalation),
    ...each('resourceAccess', expected.resourceAccess, byId, checkAccess),
    ...each('external', expected.external, byId, checkEntry),
    ...each('external', [expected], () => 'and nothing else', checkNoOtherEntries),
    ...each('accessKeys', expected.accessKeys, byId, checkKey),
    ...each('identityCenter', expected.identityCenter, byId, checkPerson),
    ...each('workloadIdentity', expected.workloadIdentity, byId, checkWorkload),
    ...each('coverage', expected.coverage, ({ account, service }) => `${account} ${service}`, checkGap),
  ]
}

class Differences {
  readonly found: string[] = []

  same(what: string, got: unknown, wanted: unknown): void {
    const [left, right] = [JSON.stringify(got), JSON.stringify(wanted)]
    if (left !== right) this.found.push(`${what}: expected ${right}, got ${left}`)
  }

  sameSet(what: string, got: Iterable<string>, wanted: Iterable<string>): void {
    const [left, right] = [new Set(got), new Set(wanted)]
    for (const one of right) if (!left.has(one)) this.found.push(`${what}: ${one} is missing`)
    for (const one of left) if (!right.has(one)) this.found.push(`${what}: ${one} is too much`)
  }

  holds(what: string, holds: boolean): void {
    if (!holds) this.found.push(what)
  }
}

function checkCounts({ model }: Ask, { counts }: Expected, differences: Differences): void {
  const collected = [...model.accounts.values()].filter(({ isCollected }) => isCollected)
  const sum = (count: (account: (typeof collected)[number]) => number) =>
    collected.reduce((total, account) => total + count(account), 0)
  differences.same('accounts', model.accounts.size, counts.accounts)
  differences.same(
    'users',
    sum(({ users }) => users.length),
    counts.users,
  )
  differences.same(
    'groups',
    sum(({ groups }) => groups.length),
    counts.groups,
  )
  differences.same(
    'roles',
    sum(({ roles }) => roles.length),
    counts.roles,
  )
  differences.same('policies', sum(policyCount), counts.policies)
  const keys = sum(({ users }) => users.reduce((total, { accessKeys }) => total + accessKeys.length, 0))
  differences.same('access keys', keys, counts.accessKeys)
  const buckets = sum(({ resources }) => resources.filter(({ type }) => type === 's3:bucket').length)
  differences.same('buckets', buckets, counts.buckets)
}

/** As an account's details list them: its own, attached or not, and those of AWS that are attached. */
function policyCount({ policies, users, groups, roles }: Account): number {
  const attached = [...users, ...groups, ...roles].flatMap((identity) => identity.policies)
  const ofAws = attached.filter(({ kind, arn }) => kind === 'managed' && arn?.includes(':iam::aws:'))
  return policies.length + new Set(ofAws.map(({ arn }) => arn)).size
}

function checkRelation(ask: Ask, relation: ExpectedRelation, differences: Differences): void {
  const { from, toPattern, count, requiringExternalId = 0, externalId } = relation
  const roles = [...ask.model.accounts.values()].flatMap((account) => account.roles.map(({ arn }) => arn))
  const direct = roles
    .filter((arn) => globMatches(toPattern, arn))
    .flatMap((arn) => ask.paths(from, arn).paths.slice(0, 1))
    .filter(({ hops }) => hops.length === 1)
  differences.same('roles', direct.length, count)
  const conditional = direct.filter(({ verdict }) => verdict === 'conditional')
  differences.same('roles that want an external id', conditional.length, requiringExternalId)
  for (const { hops } of conditional) {
    const wanted = hops[0]!.conditions.filter(({ key }) => key === 'sts:ExternalId').flatMap(({ values }) => values)
    differences.same(`external id of ${hops[0]!.to}`, wanted, [externalId])
  }
}

/** With the context that it requires a path is certain; without, as its verdict says; with another value there is none. */
function checkPath(ask: Ask, { start, end, verdict, requires, hops }: ExpectedPath, differences: Differences): void {
  const result = ask.paths(start, end)
  differences.same('verdict', result.verdict, verdict)
  const others = result.paths.slice(1).map((other) => other.verdict)
  differences.holds(
    `${others.length} other paths: ${others}`,
    others.every((other) => isWorse(other, verdict)),
  )
  const path = result.paths[0]
  differences.same(
    'hops',
    path?.hops.map(({ to }) => to),
    hops.map(({ to }) => to),
  )
  for (const [index, hop] of hops.entries()) {
    const shown = path?.hops[index]
    if (shown === undefined) continue
    const what = `hop ${index + 1}`
    differences.holds(
      `${what}: ${shown.via} is not ${hop.via}`,
      hop.via.split('+').includes(shown.via) || isAssignment(hop, shown),
    )
    if (hop.resource !== undefined) differences.same(`${what}: resource`, shown.resource, hop.resource)
    differences.holds(`${what}: no evidence`, shown.evidence.length > 0)
    const keys = shown.conditions.map(({ key }) => key.toLowerCase())
    for (const key of Object.keys(hop.requires)) {
      differences.holds(`${what}: nothing about ${key}`, keys.includes(key.toLowerCase()))
    }
  }
  const pair = ask.pair(start, end)
  differences.same('verdict of the pair', pair.verdict, verdict)
  differences.same('length of the pair', pair.length, hops.length)
  checkRequires((have) => ask.pair(start, end, have).verdict, requires, differences)
}

const isWorse = (verdict: string, than: string) => order.indexOf(verdict) > order.indexOf(than)
const order = ['certain', 'conditional', 'unknown', 'no']

const isAssignment = (hop: { readonly via: string }, shown: { readonly technique: string }) =>
  hop.via === 'sso:assignment' && shown.technique === 'sso-assignment'

function checkRequires(verdictWith: (have: Requires) => string, requires: Requires, differences: Differences): void {
  if (Object.keys(requires).length === 0) return
  differences.same('verdict with what is required', verdictWith(requires), 'certain')
  for (const [key, value] of Object.entries(requires)) {
    if (freeKeys.has(key)) continue
    const other = { ...requires, [key]: otherThan(value) }
    differences.same(`verdict with another ${key}`, verdictWith(other), 'no')
  }
}

const otherThan = (value: string) =>
  value === 'true' ? 'false' : /^[\d.]+$/.test(value) ? '198.51.100.1' : `not-${value}`

function checkNonPath(
  ask: Ask,
  { kind, start, end, blockedHop, blockedBy, reachablePrefix }: ExpectedNonPath,
  differences: Differences,
  outsiders: ReadonlySet<string>,
): void {
  const result = ask.paths(start, end)
  differences.same('verdict', result.verdict, 'no')
  const layer = layerOf(blockedBy, kind === 'privilege-escalation' ? 'identity' : 'trust')
  const blocks = result.blockedBy ?? []
  const there = blocks.filter(({ hop }) => hop?.from === blockedHop.from && hop.to === blockedHop.to)
  differences.holds(
    `blocked by ${layer} between ${blockedHop.from} and ${blockedHop.to}: got ${JSON.stringify(blocks.map((block) => [block.layer, block.hop]))}`,
    there.some((block) => block.layer === layer),
  )
  differences.same('verdict of the pair', ask.pair(start, end).verdict, 'no')
  const reached = ask.reach(start).principals.filter(({ arn }) => !outsiders.has(arn))
  differences.sameSet(
    'reached',
    reached.map(({ arn }) => arn),
    reachablePrefix,
  )
}

/** Roles that trust everybody: whoever is in their account reaches them, so that lists of what is planted leave them out. */
function publicTargets({ external }: Expected): ReadonlySet<string> {
  return new Set(external.filter(({ via }) => via === 'sts:AssumeRole').map(({ target }) => target))
}

function checkEscalation(
  ask: Ask,
  { principal, via, becomesAdmin, blockedBy }: ExpectedEscalation,
  differences: Differences,
): void {
  const result = ask.paths(principal, `admin:${principal.split(':')[4]}`)
  if (becomesAdmin) {
    differences.same('verdict', result.verdict, 'certain')
    differences.same(
      'via',
      result.paths[0]?.hops.map((hop) => hop.via),
      [via],
    )
    return
  }
  differences.same('verdict', result.verdict, 'no')
  const layer = layerOf(blockedBy!, 'identity')
  const layers = (result.blockedBy ?? []).map((block) => block.layer)
  differences.holds(
    `blocked by ${layer}: got ${JSON.stringify(result.blockedBy)}`,
    (layers as string[]).includes(layer),
  )
}

function checkAccess(
  ask: Ask,
  { principal, action, resource, verdict, blockedBy, requires }: ExpectedAccess,
  differences: Differences,
): void {
  const answer = ask.can(principal, action, resource)
  differences.same('error', answer.error, undefined)
  differences.same('verdict', answer.verdict, verdict)
  differences.same('blocked by', answer.blockedBy, blockedBy === null ? [] : [layerOf(blockedBy, 'resource')])
  checkRequires((have) => ask.can(principal, action, resource, have).verdict, requires, differences)
}

function checkEntry(ask: Ask, { target, source, reachable, verdict }: ExpectedEntry, differences: Differences): void {
  const entries = ask.external().filter(({ to, from }) => to === target && (from === source || from === '*'))
  const verdicts = entries.map((entry) => entry.verdict)
  const isEntered = reachable || verdict !== 'no'
  differences.same('verdicts of the entries', verdicts, isEntered ? [verdict] : [])
}

function checkNoOtherEntries(ask: Ask, expected: Expected, differences: Differences): void {
  const known = new Set(expected.external.filter(({ verdict }) => verdict !== 'no').map(({ target }) => target))
  for (const { to, from, kind, verdict } of ask.external()) {
    if (known.has(to)) continue
    const elsewhere = expected.externalElsewhere.find(({ pattern }) => globMatches(pattern, to))
    differences.holds(`${from} enters ${to} (${kind}, ${verdict})`, elsewhere?.verdict === verdict)
  }
}

function checkKey(
  ask: Ask,
  { accessKeyId, user, status, principals, crownJewels, notReached }: ExpectedKey,
  differences: Differences,
): void {
  const answer = ask.blastRadius(accessKeyId)
  differences.same('owner', answer.subject.owner, user)
  differences.same('status', answer.subject.status, status)
  const withVerdict = (verdict: string) =>
    answer.principals.filter((each) => each.verdict === verdict).map(({ arn }) => arn)
  differences.sameSet('certain', withVerdict('certain'), principals.certain)
  differences.sameSet(
    'conditional',
    withVerdict('conditional'),
    principals.withContext.map(({ arn }) => arn),
  )
  differences.sameSet('unknown', withVerdict('unknown'), [])
  for (const { arn, requires } of principals.withContext) {
    checkRequires((have) => ask.pair(user, arn, have).verdict, requires, differences)
  }

  const isCrown = crownJewelsOf(ask)
  const jewels = answer.resources.filter(({ arn, access }) => isCrown.has(arn) && access.includes('read'))
  differences.sameSet(
    'crown jewels',
    jewels.map(({ arn }) => arn),
    crownJewels.map(({ resource }) => resource),
  )
  for (const { resource, through, requires } of crownJewels) {
    const jewel = jewels.find(({ arn }) => arn === resource)
    if (jewel === undefined) continue
    differences.same(`through whom ${resource} is read`, jewel.through, through)
    const isConditional = Object.keys(requires).length > 0
    differences.same(`verdict of ${resource}`, jewel.verdict, isConditional ? 'conditional' : 'certain')
  }
  for (const { arn } of notReached) differences.same(`verdict of ${arn}`, ask.pair(user, arn).verdict, 'no')
}

function crownJewelsOf({ model }: Ask): ReadonlySet<string> {
  const all = [...model.accounts.values()].flatMap(({ resources }) => resources)
  return new Set(all.filter(({ tags }) => tags?.classification === 'crown-jewel').map(({ arn }) => arn))
}

function checkPerson(ask: Ask, { userId, roles }: ExpectedPerson, differences: Differences): void {
  const { principals } = ask.reach(`arn:aws:identitystore:::user/${userId}`)
  // Whoever administers Identity Center gets at other people's roles as well, by more hops.
  const assigned = principals.filter(({ technique, hops }) => technique === 'sso-assignment' && hops === 1)
  differences.sameSet(
    'roles',
    assigned.map(({ arn }) => arn),
    roles,
  )
  for (const { arn, verdict } of assigned) differences.same(arn, verdict, 'certain')
}

function checkWorkload({ model }: Ask, entry: ExpectedWorkload, differences: Differences): void {
  const account = model.accounts.get(entry.cluster.split(':')[4]!)
  const bound = (account?.workloadIdentities ?? []).some(
    ({ cluster, namespace, serviceAccount, mechanism, role }) =>
      cluster === entry.cluster &&
      namespace === entry.namespace &&
      serviceAccount === entry.serviceAccount &&
      mechanism === entry.mechanism &&
      role === entry.role,
  )
  differences.same('gets the role', bound, entry.allowed)
}

function checkGap({ model }: Ask, gap: ExpectedGap, differences: Differences): void {
  const isThere = model.gaps.some(
    ({ account, region, service, operation, code }) =>
      account === gap.account &&
      (region ?? null) === gap.region &&
      service === gap.service &&
      operation === gap.operation &&
      code === gap.code,
  )
  differences.holds('the ledger does not have it', isThere)
  if (gap.wholeAccount) differences.same('collected', model.accounts.get(gap.account)?.isCollected, false)
}
