import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Graph, Verdict } from '#src/graph/graph.ts'
import { GraphWriter } from '#src/graph/graph-writer.ts'
import { hopsFrom } from '#src/graph/hops.ts'
import { reach } from '#src/graph/reach.ts'
import { always, atom, gap } from '#src/policy/formula.ts'
import { arnOf, label, nameOf, smallGraph } from './small-graph.ts'

const find = (graph: Graph, name: string): number => graph.find(arnOf(name))!

function reached(graph: Graph, from: string, have?: ReadonlyMap<string, readonly string[]>) {
  const found = reach(graph, [{ node: find(graph, from) }], have ? { have } : {})
  return Object.fromEntries(
    found
      .nodes()
      .filter((node) => node !== find(graph, from))
      .map((node) => [nameOf(graph, node), `${found.verdict(node)} ${found.hops(node)}`]),
  )
}

describe('reach', () => {
  test('counts hops, and a hub is none', () => {
    const graph = smallGraph(['user/a,user/b -> role/c,role/d,role/f', 'role/d -> role/e'])
    expect(reached(graph, 'user/a')).toEqual({
      'role/c': 'certain 1',
      'role/d': 'certain 1',
      'role/f': 'certain 1',
      'role/e': 'certain 2',
    })
  })

  test('the verdict is that of the best path, the length that of the shortest with this verdict', () => {
    const graph = smallGraph([
      'user/a -> role/z if sts:ExternalId=x',
      'user/a -> role/b',
      'role/b -> role/z',
      'role/b -> role/u unknown',
      'role/z -> role/c if sts:ExternalId=x',
    ])
    expect(reached(graph, 'user/a')).toEqual({
      'role/b': 'certain 1',
      'role/z': 'certain 2',
      'role/c': 'conditional 2',
      'role/u': 'unknown 2',
    })
    const found = reach(graph, [{ node: find(graph, 'user/a') }])
    expect(found.hops(find(graph, 'role/z'), 1)).toBe(1)
    expect(found.verdict(find(graph, 'user/a'))).toBe('certain')
  })

  test('what is stated about the attacker decides conditional hops', () => {
    const graph = smallGraph(['user/a -> role/b if sts:ExternalId=x', 'role/b -> role/c if sts:ExternalId=y'])
    expect(reached(graph, 'user/a', new Map([['sts:externalid', ['x']]]))).toEqual({ 'role/b': 'certain 1' })
    expect(reached(graph, 'user/a', new Map([['STS:ExternalId', ['z']]]))).toEqual({})
  })

  test('the step before a node skips hubs', () => {
    const graph = smallGraph(['user/a,user/b -> role/c,role/d,role/e via lambda:InvokeFunction'])
    const step = reach(graph, [{ node: find(graph, 'user/a') }]).step(find(graph, 'role/d'))!
    expect([nameOf(graph, step.node), step.label.via]).toEqual(['user/a', 'lambda:InvokeFunction'])
    const back = reach(graph, [{ node: find(graph, 'role/d') }], { backwards: true }).step(find(graph, 'user/a'))!
    expect([nameOf(graph, back.node), back.label.via]).toEqual(['role/d', 'lambda:InvokeFunction'])
  })

  test('a start may itself be conditional', () => {
    const graph = smallGraph(['role/a -> role/b', 'role/c -> role/d'])
    const found = reach(graph, [{ node: find(graph, 'role/a'), rank: 1 }, { node: find(graph, 'role/c') }])
    expect([found.verdict(find(graph, 'role/b')), found.verdict(find(graph, 'role/d'))]).toEqual([
      'conditional',
      'certain',
    ])
  })
})

describe('a source identity sticks to the session (STS, "Monitor and control actions taken with assumed roles")', () => {
  const lines = [
    'user/a -> role/b if sts:SourceIdentity=alice',
    'role/b -> role/c if aws:SourceIdentity=alice',
    'role/b -> role/d if aws:SourceIdentity=bob',
    'role/b -> user/n via iam:CreateAccessKey',
    'user/n -> role/e if aws:SourceIdentity=alice',
    'user/n -> role/f if sts:SourceIdentity=bob',
    'role/f -> role/d if aws:SourceIdentity=bob',
    'user/a -> role/plain',
    'role/plain -> role/g if aws:SourceIdentity=carol',
  ]
  test.each<[to: string, verdict: Verdict, hops: number | undefined, why: string]>([
    ['role/b', 'certain', 1, 'the caller chooses it'],
    ['role/c', 'certain', 2, 'the same value further on'],
    ['role/d', 'certain', 4, 'not through role/b, which wants another value, but with a new session of user/n'],
    ['role/e', 'no', undefined, 'a user has none'],
    ['role/g', 'conditional', 2, 'whether role/plain lets it be set is not told by the hop'],
  ])('%s is %s in %s hops: %s', (to, verdict, hops) => {
    const graph = smallGraph(lines)
    const forwards = reach(graph, [{ node: find(graph, 'user/a') }])
    expect([forwards.verdict(find(graph, to)), forwards.hops(find(graph, to))]).toEqual([verdict, hops])
    const backwards = reach(graph, [{ node: find(graph, to) }], { backwards: true })
    expect([backwards.verdict(find(graph, 'user/a')), backwards.hops(find(graph, 'user/a'))]).toEqual([verdict, hops])
  })

  test('a role that the attacker starts with carries an unknown one', () => {
    const graph = smallGraph(lines)
    const found = reach(graph, [{ node: find(graph, 'role/b') }])
    expect([found.verdict(find(graph, 'role/c')), found.verdict(find(graph, 'user/n'))]).toEqual([
      'conditional',
      'certain',
    ])
  })
})

const formulas = [always, always, atom('StringEquals', 'sts:ExternalId', ['x']), gap('g')]

/** Random graphs: hops and hubs between a few nodes. */
const graphs = fc
  .array(
    fc.tuple(
      fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 4 }),
      fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 4 }),
      fc.nat(3),
    ),
    { maxLength: 12 },
  )
  .map((hops) => {
    const writer = new GraphWriter()
    for (let number = 0; number < 8; number++) writer.node(`n${number}`, 'role', '')
    for (const [from, to, kind] of hops) writer.hub(from, to, label(formulas[kind]!))
    return writer.finish()
  })

test('forwards and backwards give the least hops of the hops as they are listed', () => {
  fc.assert(
    fc.property(graphs, fc.nat(7), fc.nat(7), (graph, from, to) => {
      const expected = plainDistance(graph, from, to)
      const forwards = reach(graph, [{ node: from }])
      const backwards = reach(graph, [{ node: to }], { backwards: true })
      for (const rank of [0, 1, 2] as const) {
        expect(forwards.hops(to, rank)).toBe(expected[rank])
        expect(backwards.hops(from, rank)).toBe(expected[rank])
      }
    }),
  )
})

/** Bellman-Ford over `hopsFrom`, obvious and slow. */
function plainDistance(graph: Graph, from: number, to: number): (number | undefined)[] {
  return (['certain', 'conditional', 'unknown'] as const).map((_, rank) => {
    const distance = new Map([[from, 0]])
    for (let round = 0; round < graph.nodeCount; round++) {
      for (let node = 0; node < graph.nodeCount; node++) {
        const here = distance.get(node)
        if (here === undefined) continue
        for (const hop of hopsFrom(graph, node)) {
          if (['certain', 'conditional', 'unknown'].indexOf(hop.verdict) > rank) continue
          if ((distance.get(hop.to) ?? 99) > here + 1) distance.set(hop.to, here + 1)
        }
      }
    }
    return distance.get(to)
  })
}
