import { describe, expect, test } from 'vitest'
import { attempts } from '#src/graph/attempts.ts'
import { buildGraph } from '#src/graph/build-graph.ts'
import type { Membership } from '#src/model/membership.ts'
import type { Account, Model, Role, User } from '#src/model/model.ts'
import { parsePolicy } from '#src/policy/parse.ts'
import type { NamedPolicy } from '#src/policy/policy.ts'
import { settle } from '#src/policy/settle.ts'
import { binderOf, techniques } from '#src/techniques/index.ts'
import type { Need, Opening, Technique } from '#src/techniques/technique.ts'
import { hopsByPair } from '../support/agreement.ts'
import * as small from '../techniques/small-model.ts'

/**
 * One organization per technique, made of what the technique needs: granted in full the hop opens, and one cause closes it.
 * The builder and the reference evaluator say the same each time.
 */

const categories = new Set(['self-escalation', 'principal-access', 'new-passrole', 'existing-passrole'])

/** Those that yield hops: what passes a role to a service that no entry of the catalogue names is told, not drawn. */
const covered = techniques.filter((technique) => {
  const { openings, ownOpenings } = binderOf(technique)
  const isBound = ownOpenings !== undefined || (openings !== undefined && !passesToNobody(technique))
  return isBound && categories.has(technique.category) && technique.status !== 'dead'
})

function passesToNobody({ binder, targetTrust }: Technique): boolean {
  return binder === 'new-passrole' && targetTrust.length === 0
}

type Statement = Readonly<Record<string, unknown>>
const everything: Statement = { Effect: 'Allow', Action: '*', Resource: '*' }

/** The account of the binders' tests with one user more, who holds the grants, or with the grants on the role that has the opening. */
function accountWith(grants: readonly Statement[], from: string | undefined, boundary?: readonly Statement[]): Account {
  const policy = small.inline('granted', ...grants)
  const fence = boundary && { boundary: small.inline('fence', ...boundary) }
  const probe = small.user('probe', {
    groups: [small.readers],
    policies: [small.attached(small.versioned), ...(from === undefined ? [policy] : [])],
    ...(from === undefined && fence),
  })
  return {
    ...small.account,
    users: [...small.account.users, probe],
    roles: [...small.account.roles, ...runners].map((one) =>
      one.arn === from ? { ...one, policies: [...one.policies, policy], ...fence } : one,
    ),
  }
}

/** A role for each service that some technique makes run something. */
const runners: readonly Role[] = [
  ...new Set(['ecs.amazonaws.com', ...covered.flatMap(({ targetTrust }) => targetTrust)]),
].map((service) =>
  service === 'cognito-identity.amazonaws.com'
    ? small.role('runs-for-customers', { Federated: service }, { action: 'sts:AssumeRoleWithWebIdentity' })
    : small.role(
        `runs-for-${service.replaceAll('.', '-')}`,
        { Service: service },
        {
          action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        },
      ),
)

const probeArn = small.arn('user/probe')

function modelWith(account: Account, scp: readonly Statement[] = []): Model {
  const policyOf = (statements: readonly Statement[]): NamedPolicy => ({
    name: 'scp',
    policy: parsePolicy({ Version: '2012-10-17', Statement: statements }, 'scp'),
  })
  const membership: Membership = {
    organizationId: 'o-acme',
    path: 'o-acme/r-1/',
    isManagement: false,
    hasScps: true,
    levels: [
      { id: 'r-1', type: 'ROOT', scps: [policyOf([everything])], rcps: [] },
      { id: account.id, type: 'ACCOUNT', scps: [policyOf([everything, ...scp])], rcps: [] },
    ],
  }
  return small.modelOf({ ...account, membership })
}

const identityOf = ({ users, roles }: Account, arn: string): User | Role | undefined =>
  users.find((one) => one.arn === arn) ?? roles.find((one) => one.arn === arn)

/** Openings of the technique that somebody can use: the probe, a role that is the probe, or nodes that are what they are. */
function openingsOf(technique: Technique, account: Account): readonly Opening[] {
  const { openings, ownOpenings } = binderOf(technique)
  const model = modelWith(account)
  const own = [probeArn, small.plainRole.arn].flatMap((arn) =>
    [...(ownOpenings?.(technique, identityOf(account, arn)!, account, model) ?? [])].map((opening) =>
      arn === probeArn ? opening : { ...opening, from: arn },
    ),
  )
  return [...(openings?.(technique, account, model) ?? []), ...own].filter(
    ({ closedBy, given, to }) => closedBy === undefined && given.kind !== 'never' && to !== probeArn,
  )
}

const resourceOf = ({ resource }: Need): string =>
  resource.kind === 'existing' ? resource.arn : resource.kind === 'new' ? resource.template : '*'

const grantsOf = ({ needs }: Opening): readonly Statement[] =>
  needs.map(([first]) => ({ Effect: 'Allow', Action: first!.action, Resource: resourceOf(first!) }))

/** What both ways say of one technique between two nodes. */
function verdictsOf(model: Model, technique: Technique, from: string, to: string) {
  const tried = triedOf(model, technique, from, to)
  const isHeld = tried.some(({ formula }) => settle(formula).verdict !== 'no')
  const hops = hopsByPair(buildGraph(model)).get(`${from}\n${to}`) ?? []
  const built = hops.filter(
    (hop) =>
      hop.technique === technique.id ||
      hop.alsoTechniques.includes(technique.id) ||
      // A hop that is certain already is not looked at for further names.
      (hop.verdict === 'certain' && isHeld),
  )
  return {
    reference: isHeld,
    builder: built.length > 0,
    blockedBy: new Set(tried.flatMap(({ blockedBy }) => blockedBy)),
  }
}

function isOpen(technique: Technique, opening: Opening): boolean {
  const model = modelWith(accountWith(grantsOf(opening), opening.from))
  return triedOf(model, technique, opening.from ?? probeArn, opening.to).some(
    ({ formula }) => settle(formula).verdict !== 'no',
  )
}

const triedOf = (model: Model, { id }: Technique, from: string, to: string) =>
  attempts(model, from, to, (wanted) => wanted === id).filter(({ technique }) => technique === id)

const open = { reference: true, builder: true }
const shut = { reference: false, builder: false }

const opened = new Set<string>()
const closed = new Set<string>()

describe.each(covered.map((technique, index) => [technique.id, technique, index] as const))(
  '%s',
  (id, technique, index) => {
    test('opens with what it needs, and one cause closes it', () => {
      const openings = openingsOf(technique, accountWith([], undefined))
      // Some bindings need the consent of a role as well, which not every role gives.
      const opening = openings.find((one) => isOpen(technique, one)) ?? openings[0]
      expect(opening, 'no binding in the account').toBeDefined()
      const { to, trust } = opening!
      const from = opening!.from ?? probeArn
      const grants = grantsOf(opening!)
      const full = accountWith(grants, opening!.from)
      expect(verdictsOf(modelWith(full), technique, from, to)).toMatchObject(open)
      opened.add(id)
      const causes: (readonly [string, Model])[] = []
      if (grants.length > 0) {
        const { Action, Resource } = grants[0]!
        const less = accountWith(
          grants.slice(1).filter(({ Action: other }) => other !== Action),
          opening!.from,
        )
        causes.push(['identity', modelWith(less)])
        const cap = [{ Effect: 'Allow', NotAction: Action, Resource: '*' }]
        const denied = [...grants, { Effect: 'Deny', Action, Resource }]
        // One of them for each technique: together they all occur.
        const caps: readonly (() => readonly [string, Model])[] = [
          () => ['identity', modelWith(accountWith(denied, opening!.from))],
          () => ['scp', modelWith(full, [{ Effect: 'Deny', Action, Resource: '*' }])],
          () => ['boundary', modelWith(accountWith(grants, opening!.from, cap))],
        ]
        causes.push(caps[index % caps.length]!())
      }
      if (trust !== undefined) {
        const roles = full.roles.map((one) =>
          one.arn === trust.role
            ? {
                ...one,
                trust: {
                  name: one.name,
                  policy: small.document('trust', { Principal: { AWS: 'AIDAGONE' }, Action: 'sts:AssumeRole' }),
                },
              }
            : one,
        )
        causes.push(['trust', modelWith({ ...full, roles })])
      }
      for (const [layer, model] of causes) {
        const { blockedBy, ...verdicts } = verdictsOf(model, technique, from, to)
        expect({ layer, ...verdicts }).toEqual({ layer, ...shut })
        // Without a binding there is nothing left to be blocked.
        if (blockedBy.size > 0) expect([...blockedBy]).toContain(layer)
        closed.add(id)
      }
    })
  },
)

test('every technique opened a hop, and was closed', () => {
  expect(covered.map(({ id }) => id).filter((id) => !opened.has(id) || !closed.has(id))).toEqual([])
})
