import type { ContainmentStep, ReachAnswer, ReachSubject } from '#src/answers/reach.ts'
import { dominatedBy } from '#src/graph/dominators.ts'
import type { Graph } from '#src/graph/graph.ts'
import type { Reach } from '#src/graph/reach.ts'
import { quoteArgument } from '#src/lib/shell.ts'
import { nameOf } from './naming.ts'
import type { Questioned } from './query.ts'
import type { End } from './selectors.ts'

type Lists = Pick<ReachAnswer, 'principals' | 'resources' | 'accounts'>
type Removes = ContainmentStep['removes']

/** Names in a sentence before the rest is counted; trusts that are worth closing. */
const mostNames = 6
const mostTrusts = 3
/** Ways that are tried to be closed: each costs a search over all that is reached. */
const mostTried = 60
const mostVisits = 300_000

/**
 * What to do now, in order (aws-evaluation 11): stop the credential, end what it started, find what it left behind, then close the
 * ways that led furthest. `removes` says what a step by itself takes out of reach: for the first of whoever begins anew with the
 * credential, for the others of whoever is already inside.
 */
export function containmentOf(
  about: Questioned,
  owner: End,
  subject: ReachSubject,
  lists: Lists,
  found: Reach,
): readonly ContainmentStep[] {
  const steps = [
    ...stopCredential(about, owner.arn, subject, lists),
    ...endSessions(about, owner, lists, found),
    ...cleanIdentities(about, lists),
    ...readTrail(about, owner.arn, subject, lists),
    ...closeWays(about, owner, lists, found),
  ]
  return steps.map((step, at) => ({ order: at + 1, ...step }))
}

type Step = Omit<ContainmentStep, 'order'>

const nothing: Removes = { principals: 0, resources: 0, accounts: 0 }

/** Credentials, then the user: tokens from GetSessionToken and GetFederationToken outlive the key (11.1, 11.4). */
function stopCredential(about: Questioned, owner: string, { accessKeyId, status }: ReachSubject, lists: Lists): Step[] {
  const everything: Removes = {
    principals: lists.principals.length,
    resources: lists.resources.length,
    accounts: lists.accounts.length,
  }
  const { kind, short } = nameOf(about, owner)
  const name = owner.slice(owner.lastIndexOf('/') + 1)
  const steps: Step[] = []
  if (accessKeyId !== undefined) {
    steps.push({
      action: status === 'Inactive' ? 'keep the key inactive, or delete it' : 'deactivate the key',
      command: `aws iam update-access-key --user-name ${quoteArgument(name)} --access-key-id ${quoteArgument(accessKeyId)} --status Inactive`,
      why: 'nobody can begin anew with it; it ends nothing that already runs: role sessions live up to 12 h, tokens of the user up to 36 h',
      removes: everything,
    })
  }
  if (kind === 'user') {
    steps.push({
      action: `deny everything to ${short}`,
      command: `aws iam attach-user-policy --user-name ${quoteArgument(name)} --policy-arn arn:aws:iam::aws:policy/AWSDenyAll`,
      why: 'an explicit deny also stops the tokens that the key was exchanged for, and every other key of the user',
      removes: accessKeyId === undefined ? everything : nothing,
    })
  } else if (kind === 'role') {
    steps.push({
      ...revocation(`revoke the sessions of ${short}`, [name]),
      why: 'an explicit deny on older tokens ends the session that leaked; whoever may assume the role can still begin anew',
      removes: everything,
    })
  } else if (kind === 'person') {
    steps.push({
      action: `disable ${short} in Identity Center and end its sessions there`,
      why: 'roles of permission sets cannot be revoked in IAM',
      removes: everything,
    })
  }
  return steps
}

const revocation = (action: string, roles: readonly string[]): Pick<Step, 'action' | 'command'> => ({
  action,
  command: `aws iam put-role-policy --role-name ${quoteArgument(roles[0]!)} --policy-name AWSRevokeOlderSessions --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":"'"$(date -u +%Y-%m-%dT%H:%M:%SZ)"'"}}}]}'`,
})

/** Roles in the order in which they are reached; each of their sessions lives on by itself. */
function endSessions(about: Questioned, owner: End, { principals }: Lists, found: Reach): Step[] {
  const roles = principals.filter(({ kind }) => kind === 'role')
  if (roles.length === 0) return []
  const names = roles.map(({ arn }) => nameOf(about, arn).short)
  const numbers = roles.map(({ arn }) => about.graph.find(arn)!)
  return [
    {
      ...revocation(`revoke the sessions of ${listOf(names)}`, [
        roles[0]!.arn.slice(roles[0]!.arn.lastIndexOf('/') + 1),
      ]),
      why: `an explicit deny on tokens from before now, ${roles.length === 1 ? 'in the role' : 'in each of them'}; the nearest first, since it opens the others`,
      removes: countOf(about.graph, dominatedBy(about.graph, owner.nodes, numbers, found)),
    },
  ]
}

/** Keys, passwords and code that were planted outlive every session (11.6). */
function cleanIdentities(about: Questioned, { principals }: Lists): Step[] {
  const users = principals.filter(({ kind }) => kind === 'user')
  const steps: Step[] = []
  if (users.length > 0) {
    steps.push({
      action: `delete access keys and passwords made since for ${listOf(users.map(({ arn }) => nameOf(about, arn).short))}`,
      command: `aws iam list-access-keys --user-name ${quoteArgument(users[0]!.arn.slice(users[0]!.arn.lastIndexOf('/') + 1))}`,
      why: 'they belong to another user and outlive the key that leaked',
      removes: { principals: users.length, resources: 0, accounts: 0 },
    })
  }
  const planted = [
    ...new Set(
      principals.filter(({ via }) => /^(lambda|ec2|ecs|ssm|codebuild|glue|iam):/.test(via)).map(({ via }) => via),
    ),
  ]
  if (planted.length > 0) {
    steps.push({
      action: `look for what was changed by ${listOf(planted)}`,
      why: 'code, policies and compute that were changed go on working for the attacker',
      removes: nothing,
    })
  }
  return steps
}

function readTrail(
  about: Questioned,
  owner: string,
  { accessKeyId, lastUsed }: ReachSubject,
  { principals }: Lists,
): Step[] {
  const assumed = principals.filter(({ through }) => through === owner).map(({ arn }) => nameOf(about, arn).short)
  const since =
    lastUsed === undefined ? '' : ` (last known use ${lastUsed.at}, ${lastUsed.service}, ${lastUsed.region})`
  return [
    {
      action: `look in CloudTrail for what it did${assumed.length === 0 ? '' : `, and for calls that lead to ${listOf(assumed)}`}`,
      ...(accessKeyId !== undefined && {
        command: `aws cloudtrail lookup-events --lookup-attributes ${quoteArgument(`AttributeKey=AccessKeyId,AttributeValue=${accessKeyId}`)}`,
      }),
      why: `it tells which of these ways were used since the last good use${since}`,
      removes: nothing,
    },
  ]
}

/** The nodes through which most of the rest is reached: closing the way into one closes all behind it. */
function closeWays(about: Questioned, owner: End, { principals }: Lists, found: Reach): Step[] {
  const candidates = principals
    .filter(({ kind }) => kind === 'role')
    .slice(0, Math.min(mostTried, Math.ceil(mostVisits / (principals.length + 1))))
    .map(({ arn }) => {
      const closed = dominatedBy(about.graph, owner.nodes, [about.graph.find(arn)!], found)
      return { arn, removes: countOf(about.graph, closed) }
    })
    .filter(({ removes }) => removes.principals + removes.resources > 1)
  candidates.sort((a, b) => sizeOf(b.removes) - sizeOf(a.removes))
  return candidates.slice(0, mostTrusts).map(({ arn, removes }) => ({
    action: `close the trust of ${nameOf(about, arn).short} (${nameOf(about, arn).accountName})`,
    why: `removes ${removes.principals} of the ${principals.length} identities`,
    removes,
  }))
}

const sizeOf = ({ principals, resources }: Removes): number => principals * 1_000 + resources

function countOf(graph: Graph, nodes: readonly number[]): Removes {
  const accounts = new Set<string>()
  let principals = 0
  let resources = 0
  for (const number of nodes) {
    const { kind, account } = graph.node(number)
    if (kind === 'user' || kind === 'role') principals++
    else if (kind === 'resource') resources++
    else if (kind === 'admin') accounts.add(account)
  }
  return { principals, resources, accounts: accounts.size }
}

const listOf = (names: readonly string[]): string => {
  const shown = names.slice(0, mostNames)
  if (names.length > mostNames) shown.push(`${names.length - mostNames} more`)
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
