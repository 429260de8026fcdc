import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildGraph } from '#src/graph/build-graph.ts'
import type { Graph } from '#src/graph/graph.ts'
import { hopsFrom, hopsTo } from '#src/graph/hops.ts'
import type { Account, Model } from '#src/model/model.ts'
import { any, type Formula } from '#src/policy/formula.ts'
import { settle } from '#src/policy/settle.ts'
import { hopsByPair, isEquivalent, kindsOf } from '../support/agreement.ts'
import {
  type AccountSpec,
  identityArn,
  modelOf,
  type OrganizationSpec,
  type Statement,
} from '../support/organizations.ts'
import { member, noise, planted } from '../support/random-organizations.ts'

const runs = { numRuns: 15, seed: 20_260_115 }
const organizations = fc.tuple(noise, fc.nat(1_000)).map(([spec, index]) => planted(spec, index))

/** The condition of each kind of step between each pair. */
function conditionsOf(graph: Graph): ReadonlyMap<string, Formula> {
  const conditions = new Map<string, Formula>()
  for (const [pair, hops] of hopsByPair(graph)) {
    for (const hop of hops) {
      for (const kind of kindsOf(hop)) {
        const key = `${kind}\n${pair}`
        conditions.set(key, any(conditions.get(key) ?? any(), hop.formula))
      }
    }
  }
  return conditions
}

test('the order of records, policies and statements does not matter', () => {
  fc.assert(
    fc.property(organizations, (spec) => {
      const before = conditionsOf(buildGraph(modelOf(spec)))
      const after = conditionsOf(buildGraph(reversed(modelOf(reversedDocuments(spec)))))
      expect([...after.keys()].sort()).toEqual([...before.keys()].sort())
      const changed = [...before]
        .filter(([key, formula]) => !isEquivalent(formula, after.get(key)!))
        .map(([key]) => key)
      expect(changed).toEqual([])
    }),
    runs,
  )
})

test('a Deny added anywhere adds no hop and makes none more certain', () => {
  const denies = fc.record({
    action: fc.constantFrom('sts:AssumeRole', 's3:*', 'iam:*', 'kms:Decrypt', '*'),
    place: fc.constantFrom('identity', 'boundary', 'scp', 'trust', 'resource'),
  })
  fc.assert(
    fc.property(organizations, denies, (spec, { action, place }) => {
      const before = buildGraph(modelOf(spec))
      const held = conditionsOf(before)
      const after = conditionsOf(buildGraph(modelOf(withDeny(spec, place, action))))
      const better = [...after].filter(([key, formula]) => {
        const [kind, from, to] = key.split('\n') as [string, string, string]
        // Whoever was an administrator had no technique hops of his own.
        if (kind === 'technique' && wasAdministrator(held, from, to)) return false
        return rank(formula) < rank(held.get(key) ?? any())
      })
      expect(better.map(([key]) => key)).toEqual([])
    }),
    runs,
  )
})

test('forwards and backwards the hops are the same, and each says the verdict of its condition', () => {
  fc.assert(
    fc.property(organizations, (spec) => {
      const graph = buildGraph(modelOf(spec))
      const lines = (walk: typeof hopsFrom) =>
        Array.from({ length: graph.nodeCount }, (_, node) =>
          [...walk(graph, node)].map(({ from, to, technique, formula }) => `${from} ${to} ${technique} ${formula.id}`),
        )
          .flat()
          .sort()
      expect(lines(hopsTo)).toEqual(lines(hopsFrom))
      for (let node = 0; node < graph.nodeCount; node++) {
        for (const { verdict, formula } of hopsFrom(graph, node)) expect(settle(formula).verdict).toBe(verdict)
      }
    }),
    runs,
  )
})

const rank = (formula: Formula): number => ({ certain: 0, conditional: 1, unknown: 2, no: 3 })[settle(formula).verdict]

const wasAdministrator = (held: ReadonlyMap<string, Formula>, from: string, to: string): boolean =>
  ['admin', 'technique'].some((kind) => {
    const account = to.startsWith('admin:') ? to.slice('admin:'.length) : to.split(':')[4]
    const formula = held.get(`${kind}\n${from}\nadmin:${account}`)
    return formula !== undefined && settle(formula).verdict === 'certain'
  })

function withDeny(spec: OrganizationSpec, place: string, action: string): OrganizationSpec {
  const denied: Statement = { Effect: 'Deny', Action: action, Resource: '*' }
  const change = (account: AccountSpec): AccountSpec => {
    const { users = [], roles = [], scps, resources = [] } = account
    switch (place) {
      case 'identity':
        return { ...account, users: users.map((one) => ({ ...one, policies: [...(one.policies ?? []), [denied]] })) }
      case 'boundary':
        return {
          ...account,
          users: users.map((one) => (one.boundary ? { ...one, boundary: [...one.boundary, denied] } : one)),
        }
      case 'scp':
        return scps === undefined ? account : { ...account, scps: [...scps, [denied]] }
      case 'trust':
        return {
          ...account,
          roles: roles.map((one) => ({
            ...one,
            trust: [
              ...one.trust,
              { Effect: 'Deny', Principal: { AWS: identityArn(member, 'user', 'alice') }, Action: 'sts:AssumeRole' },
            ],
          })),
        }
      default:
        return {
          ...account,
          resources: resources.map((one) =>
            one.policy ? { ...one, policy: [...one.policy, { ...denied, Principal: { AWS: member } }] } : one,
          ),
        }
    }
  }
  return { ...spec, accounts: spec.accounts.map(change) }
}

const reverse = <Item>(list: readonly Item[]): Item[] => [...list].reverse()

/** Every document with its statements from the last to the first. */
function reversedDocuments(spec: OrganizationSpec): OrganizationSpec {
  const isDocument = (value: unknown): boolean =>
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'object' && 'Effect' in item)
  const walk = (value: unknown): unknown => {
    if (isDocument(value)) return reverse(value as unknown[])
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]))
  }
  return walk(spec) as OrganizationSpec
}

/** Accounts, identities, resources and policies from the last to the first. */
function reversed(model: Model): Model {
  const turn = (account: Account): Account => ({
    ...account,
    users: reverse(account.users).map((one) => ({ ...one, policies: reverse(one.policies) })),
    groups: reverse(account.groups),
    roles: reverse(account.roles).map((one) => ({ ...one, policies: reverse(one.policies) })),
    resources: reverse(account.resources),
    compute: reverse(account.compute),
  })
  return { ...model, accounts: new Map(reverse([...model.accounts]).map(([id, account]) => [id, turn(account)])) }
}
