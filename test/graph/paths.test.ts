import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Graph } from '#src/graph/graph.ts'
import { GraphWriter } from '#src/graph/graph-writer.ts'
import { hopsFrom } from '#src/graph/hops.ts'
import { shortestPaths, surestPath } from '#src/graph/paths.ts'
import { reach } from '#src/graph/reach.ts'
import { always, atom } from '#src/policy/formula.ts'
import { arnOf, label, nameOf, smallGraph } from './small-graph.ts'

function paths(graph: Graph, from: string, to: string, max = 3) {
  const end = graph.find(arnOf(to))!
  const back = reach(graph, [{ node: end }], { backwards: true })
  const found = shortestPaths(graph, { node: graph.find(arnOf(from))! }, end, back, max)
  const verdicts = ['certain', 'conditional', 'unknown']
  return {
    paths: found.paths.map(({ nodes, rank }) => `${verdicts[rank]}: ${nodes.map((n) => nameOf(graph, n)).join(' ')}`),
    hasMore: found.hasMore,
  }
}

const lines = [
  'user/a -> role/z if sts:ExternalId=x',
  'user/a -> role/b',
  'role/b -> role/z',
  'user/a -> role/c',
  'role/c -> role/d',
  'role/d -> role/z',
  'role/b -> role/d',
  'role/c -> role/z unknown',
]

test('first the shortest, then the shortest of the best verdict, then more by length', () => {
  expect(paths(smallGraph(lines), 'user/a', 'role/z')).toEqual({
    paths: ['conditional: user/a role/z', 'certain: user/a role/b role/z', 'certain: user/a role/c role/d role/z'],
    hasMore: true,
  })
  expect(paths(smallGraph(lines), 'user/a', 'role/z', 10)).toEqual({
    paths: [
      'conditional: user/a role/z',
      'certain: user/a role/b role/z',
      'certain: user/a role/c role/d role/z',
      'certain: user/a role/b role/d role/z',
    ],
    hasMore: false,
  })
})

test('of equally short ones the surest is first; two ways for the same nodes are one path', () => {
  const graph = smallGraph([
    'user/a -> role/z if sts:ExternalId=x',
    'user/a -> role/z via lambda:UpdateFunctionCode',
    'role/z -> user/a',
  ])
  expect(paths(graph, 'user/a', 'role/z')).toEqual({ paths: ['certain: user/a role/z'], hasMore: false })
})

test('paths with unknown hops are shown only where there are no others', () => {
  const graph = smallGraph(['user/a -> role/b unknown', 'role/b -> role/c'])
  expect(paths(graph, 'user/a', 'role/c').paths).toEqual(['unknown: user/a role/b role/c'])
})

test('no path from a node to itself, none where there is none', () => {
  const graph = smallGraph(['user/a -> role/b', 'role/b -> user/a'])
  expect(paths(graph, 'user/a', 'user/a').paths).toEqual([])
  expect(paths(smallGraph(['user/a -> role/b', 'role/c -> role/b']), 'role/b', 'role/c').paths).toEqual([])
})

test('what a session carries is consistent along each path', () => {
  const graph = smallGraph([
    'user/a -> role/b if sts:SourceIdentity=alice',
    'role/b -> role/z if aws:SourceIdentity=bob',
    'user/a -> role/c if sts:SourceIdentity=bob',
    'role/c -> role/d',
    'role/d -> role/z if aws:SourceIdentity=bob',
  ])
  expect(paths(graph, 'user/a', 'role/z').paths).toEqual(['certain: user/a role/c role/d role/z'])
  // The last hop by itself would hang on what its session carries; along this path that is known.
  const end = graph.find(arnOf('role/z'))!
  const back = reach(graph, [{ node: end }], { backwards: true })
  expect(surestPath(graph, { node: graph.find(arnOf('user/a'))! }, end, back)!.ranks).toEqual([0, 0, 0])
})

test('many paths are found one by one, never all at once', () => {
  const layers = Array.from({ length: 12 }, (_, at) => `role/${at}a,role/${at}b,role/${at}c`)
  const many = layers.slice(1).map((to, at) => `${layers[at]} -> ${to}`)
  const graph = smallGraph([...many, 'user/a -> role/0a', 'role/11a -> role/z'])
  const found = paths(graph, 'user/a', 'role/z', 20)
  expect([new Set(found.paths).size, found.hasMore]).toEqual([20, true])
})

test('the list is what listing every simple path gives', () => {
  const formulas = [always, atom('StringEquals', 'sts:ExternalId', ['x'])]
  const hop = fc.tuple(
    fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 3 }),
    fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 3 }),
    fc.nat(1),
  )
  fc.assert(
    fc.property(fc.array(hop, { maxLength: 8 }), (hops) => {
      const writer = new GraphWriter()
      for (let number = 0; number < 6; number++) writer.node(`role/${number}`, 'role', '')
      for (const [from, to, kind] of hops) writer.hub(from, to, label(formulas[kind]!))
      const graph = writer.finish()
      const back = reach(graph, [{ node: 5 }], { backwards: true })
      const found = shortestPaths(graph, { node: 0 }, 5, back, 1_000)
      const all = simplePaths(graph, 0, 5)
      expect(new Set(found.paths.map(({ nodes }) => nodes.join()))).toEqual(new Set(all.map((nodes) => nodes.join())))
      const lengths = found.paths.map(({ nodes }) => nodes.length)
      expect(lengths[0] ?? 0).toBe(Math.min(...all.map((nodes) => nodes.length), lengths[0] ?? 0))
      expect(lengths.slice(2)).toEqual([...lengths.slice(2)].sort((left, right) => left - right))
    }),
  )
})

function simplePaths(graph: Graph, from: number, to: number, before: readonly number[] = []): number[][] {
  if (from === to) return [[...before, to]]
  const next = new Set([...hopsFrom(graph, from)].map((hop) => hop.to).filter((node) => !before.includes(node)))
  return [...next].flatMap((node) => simplePaths(graph, node, to, [...before, from]))
}
