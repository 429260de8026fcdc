import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { Graph, Label, Verdict } from '#src/graph/graph.ts'
import { nodeKinds } from '#src/graph/graph.ts'
import { GraphWriter } from '#src/graph/graph-writer.ts'
import { hopsFrom, hopsTo } from '#src/graph/hops.ts'
import { all, always, any, atom, type Formula, gap, never, not } from '#src/policy/formula.ts'
import { readGraph, writeGraph } from '#src/store/graph-file.ts'
import { readSections, writeSections } from '#src/store/section-file.ts'

const directory = mkdtempSync(join(tmpdir(), 'graph-file-'))
afterAll(() => rmSync(directory, { recursive: true }))
const file = join(directory, 'graph.bin')

const formulas = fc.letrec<{ formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(always, never, gap('kms')),
    fc
      .tuple(fc.constantFrom('StringEquals', 'Bool'), fc.string(), fc.array(fc.string()))
      .map((parts) => atom(...parts)),
    fc.array(tie('formula'), { maxLength: 3 }).map((parts) => all(...parts)),
    fc.array(tie('formula'), { maxLength: 3 }).map((parts) => any(...parts)),
    tie('formula').map(not),
  ),
})).formula

const labels: fc.Arbitrary<Label> = fc.record(
  {
    technique: fc.string(),
    alsoTechniques: fc.array(fc.string(), { maxLength: 2 }),
    via: fc.string(),
    resource: fc.string(),
    access: fc.subarray(['read', 'write', 'admin'] as const),
    formula: formulas,
    verdict: fc.constantFrom<Verdict>('certain', 'conditional', 'unknown'),
  },
  { requiredKeys: ['technique', 'alsoTechniques', 'via', 'formula', 'verdict'] },
)

/** Names of any kind: foreign letters, halves of surrogate pairs, `__proto__`, nothing. */
const arns = fc.uniqueArray(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constant('__proto__')), {
  maxLength: 12,
})
const numbers = fc.array(fc.nat(), { maxLength: 5 })

const graphs: fc.Arbitrary<Graph> = fc
  .record({
    arns,
    hops: fc.array(fc.tuple(fc.nat(), fc.nat(), labels), { maxLength: 12 }),
    hubs: fc.array(fc.tuple(numbers, numbers, labels), { maxLength: 4 }),
  })
  .map(({ arns, hops, hubs }) => {
    const writer = new GraphWriter()
    for (const [index, arn] of arns.entries()) {
      writer.node(arn, nodeKinds[index % nodeKinds.length]!, `account ${index % 3}`)
    }
    if (arns.length === 0) return writer.finish()
    const node = (number: number) => number % arns.length
    for (const [from, to, label] of hops) writer.hop(node(from), node(to), label)
    for (const [from, to, label] of hubs) writer.hub(from.map(node), to.map(node), label)
    return writer.finish()
  })

describe('a graph that was stored', () => {
  test('is the graph that is read', () => {
    fc.assert(
      fc.property(graphs, fc.jsonValue(), (graph, extra) => {
        writeGraph(file, graph, 'a stamp', extra)
        const read = readGraph(file, 'a stamp')!
        expect(read.nodeCount).toBe(graph.nodeCount)
        expect(read.hubCount).toBe(graph.hubCount)
        expect(read.labels).toEqual(graph.labels)
        for (let node = 0; node < graph.nodeCount; node++) {
          expect(read.node(node)).toEqual(graph.node(node))
          expect(read.find(graph.node(node).arn)).toBe(node)
          expect([...hopsFrom(read, node)]).toEqual([...hopsFrom(graph, node)])
          expect([...hopsTo(read, node)]).toEqual([...hopsTo(graph, node)])
        }
        expect(read.find('arn:of:nobody')).toBeUndefined()
        expect(read.node(graph.nodeCount)).toEqual({ arn: '', kind: 'hub', account: '' })
        expect(JSON.stringify(read.extra())).toBe(JSON.stringify(extra))
      }),
    )
  })

  test('is a private file, and the only one that is left', () => {
    writeGraph(file, small(), 'a stamp')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(directory)).toEqual(['graph.bin'])
    expect(readGraph(file, 'a stamp')!.extra()).toBeUndefined()
  })

  test('is found by name among many', () => {
    const writer = new GraphWriter()
    for (let index = 0; index < 5000; index++) writer.node(`arn:aws:iam::1:role/${index}`, 'role', '1')
    writeGraph(file, writer.finish(), 'a stamp')
    const read = readGraph(file, 'a stamp')!
    for (let index = 0; index < 5000; index++) expect(read.find(`arn:aws:iam::1:role/${index}`)).toBe(index)
    expect(read.find('arn:aws:iam::1:role/5000')).toBeUndefined()
  })
})

describe('a file is not trusted', () => {
  test('when there is none', () => {
    expect(readGraph(join(directory, 'nowhere'), 'a stamp')).toBeUndefined()
    expect(readGraph(directory, 'a stamp')).toBeUndefined()
  })

  test('under another stamp', () => {
    writeGraph(file, small(), 'version 1, snapshot a')
    expect(readGraph(file, 'version 2, snapshot a')).toBeUndefined()
    expect(readGraph(file, 'version 1, snapshot b')).toBeUndefined()
    expect(readGraph(file, 'version 1, snapshot a')).toBeDefined()
  })

  test('with any bit changed, any part missing, anything added', () => {
    writeGraph(file, small(), 'a stamp')
    const bytes = readFileSync(file)
    for (let place = 0; place < bytes.length; place++) {
      const changed = Buffer.from(bytes)
      changed[place] = changed[place]! ^ (1 << (place % 8))
      writeFileSync(file, changed)
      expect(readGraph(file, 'a stamp'), `byte ${place}`).toBeUndefined()
    }
    for (let length = 0; length < bytes.length; length += 7) {
      writeFileSync(file, bytes.subarray(0, length))
      expect(readGraph(file, 'a stamp'), `cut to ${length}`).toBeUndefined()
    }
    writeFileSync(file, Buffer.concat([bytes, Buffer.alloc(8)]))
    expect(readGraph(file, 'a stamp')).toBeUndefined()
  })
})

describe('a forged file whose checksum is right', () => {
  test('never leads out of its bounds', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.constantFrom(0, 1, 2, 255), (which, place, value) => {
        writeGraph(file, small(), 'a stamp', { some: 'extra' })
        const sections = new Map(readSections(file, 'a stamp')!)
        const name = [...sections.keys()][which % sections.size]!
        const bytes = Buffer.from(sections.get(name)!)
        if (bytes.length > 0) bytes[place % bytes.length] = value
        writeSections(file, 'a stamp', sections.set(name, bytes))
        const read = readGraph(file, 'a stamp')
        if (read === undefined) return
        read.extra()
        for (let node = 0; node < read.nodeCount; node++) {
          read.find(read.node(node).arn)
          for (const hop of [...hopsFrom(read, node), ...hopsTo(read, node)]) {
            expect(Math.max(hop.from, hop.to)).toBeLessThan(read.nodeCount)
            expect(hop.formula.id).toBeTypeOf('string')
          }
        }
      }),
      { numRuns: 400 },
    )
  })

  test.each(['names', 'kinds', 'accounts', 'arn-pool', 'arn-start', 'arn-slots', 'out-start', 'in-end', 'in-label'])(
    'needs its section %s',
    (name) => {
      writeGraph(file, small(), 'a stamp')
      const sections = new Map(readSections(file, 'a stamp')!)
      writeSections(file, 'a stamp', new Map([...sections].filter(([each]) => each !== name)))
      expect(readGraph(file, 'a stamp')).toBeUndefined()
      writeSections(file, 'a stamp', sections.set(name, Buffer.from('{"not": ["ours"]}!')))
      expect(readGraph(file, 'a stamp')).toBeUndefined()
    },
  )

  test('may not nest residuals beyond the stack', () => {
    writeGraph(file, small(), 'a stamp')
    const sections = new Map(readSections(file, 'a stamp')!)
    const names = JSON.parse(Buffer.from(sections.get('names')!).toString()) as { formulas: unknown[] }
    const deep = `${'{"not":'.repeat(200_000)}{"all":[]}${'}'.repeat(200_000)}`
    names.formulas = ['deep']
    const text = JSON.stringify(names).replace('"deep"', deep)
    writeSections(file, 'a stamp', sections.set('names', Buffer.from(text)))
    expect(readGraph(file, 'a stamp')).toBeUndefined()
  })
})

function small(): Graph {
  const writer = new GraphWriter()
  for (const name of 'abcdefgh') writer.node(`arn:aws:iam::111122223333:role/${name}`, 'role', '111122223333')
  const label: Label = {
    technique: 'sts-001',
    alsoTechniques: ['iam-012'],
    via: 'sts:AssumeRole',
    formula: atom('StringEquals', 'sts:ExternalId', ['x']),
    verdict: 'conditional',
  }
  writer.hop(0, 1, label)
  writer.hop(1, 2, {
    ...label,
    formula: always,
    verdict: 'certain',
    resource: 'arn:aws:lambda:::function:f',
    access: ['read'],
  })
  writer.hub([2, 3, 4], [5, 6, 7], label)
  return writer.finish()
}
