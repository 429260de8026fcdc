import type { Graph, Label, NodeKind } from '#src/graph/graph.ts'
import { GraphWriter } from '#src/graph/graph-writer.ts'
import { always, atom, type Formula, gap } from '#src/policy/formula.ts'
import { settle } from '#src/policy/settle.ts'

/** A graph from lines such as `user/a -> role/b`, `user/a -> role/b if sts:ExternalId=x`, `… unknown`, `… via iam:PassRole`. */
export function smallGraph(lines: readonly string[]): Graph {
  const writer = new GraphWriter()
  for (const line of lines) {
    const [, from, to, rest] = /^(\S+) -> (\S+)(.*)$/.exec(line)!
    const sources = from!.split(',').map((name) => node(writer, name))
    const targets = to!.split(',').map((name) => node(writer, name))
    const via = / via (\S+)/.exec(rest!)?.[1] ?? 'sts:AssumeRole'
    const condition = / if (\S+?)=(\S+)/.exec(rest!)
    const formula = / unknown/.test(rest!)
      ? gap('something')
      : condition === null
        ? always
        : atom('StringEquals', condition[1]!, [condition[2]!])
    if (sources.length * targets.length > 1) writer.hub(sources, targets, label(formula, via))
    else writer.hop(sources[0]!, targets[0]!, label(formula, via))
  }
  return writer.finish()
}

export const label = (formula: Formula, via = 'sts:AssumeRole'): Label => ({
  technique: via === 'sts:AssumeRole' ? 'sts-001' : 'other-001',
  alsoTechniques: [],
  via,
  formula,
  verdict: settle(formula).verdict,
})

export const arnOf = (name: string, account = '111111111111'): string =>
  name.includes(':') || name === '*' ? name : `arn:aws:iam::${account}:${name}`

function node(writer: GraphWriter, name: string): number {
  const kind = /^(user|role|admin)/.exec(name)?.[1] ?? 'resource'
  return writer.node(arnOf(name), kind as NodeKind, '111111111111')
}

export const nameOf = (graph: Graph, index: number): string => graph.node(index).arn.replace(/^arn:aws:iam::\d+:/, '')
