import type { Evaluation, EvaluationsAnswer } from '#src/answers/evaluations.ts'
import { escapeText } from '#src/lib/escape.ts'
import { describeCondition } from './conditions.ts'
import { decisionWords } from './decision.ts'
import { joinBlocks } from './frame.ts'
import { layerTitles } from './statements.ts'
import { count, list, paintOf, paragraph, type TextStyle } from './style.ts'
import { tableLines } from './table.ts'

/** `evaluate`: one row for each document, none left out. */
export function renderEvaluations({ entries }: EvaluationsAnswer, style: TextStyle): string {
  const paint = paintOf(style)
  const words = Object.entries(decisionWords)
  const tone = (text: string) => {
    const decision = words.find(([, word]) => word === text)?.[0]
    if (decision === undefined) return paint.strong(text)
    return paint.verdict(decision === 'Allowed' ? 'certain' : decision === 'Conditional' ? 'conditional' : 'no', text)
  }
  const totals = words.flatMap(([decision, word]) => {
    const number = entries.filter((entry) => entry.decision === decision).length
    return number === 0 ? [] : [`${number} ${word}`]
  })
  const broken = entries.filter(({ error }) => error !== undefined).length
  if (broken > 0) totals.push(`${broken} that cannot be evaluated`)
  const rows = entries.map((entry) => [
    escapeText(entry.id),
    entry.error === undefined ? decisionWords[entry.decision] : 'error',
    because(entry),
  ])
  return joinBlocks([
    paragraph(`${count(entries.length, 'request')}${totals.length === 0 ? '' : `: ${totals.join(', ')}`}`, style),
    entries.length === 0
      ? []
      : tableLines(
          [{ title: 'request' }, { title: 'decision', paint: tone }, { title: 'because', wraps: true }],
          rows,
          style,
        ),
  ])
}

function because(entry: Evaluation): string {
  if (entry.error !== undefined) return escapeText(entry.error)
  if (entry.decision === 'Conditional') {
    const atoms = entry.residual.map(
      (atom) => `${describeCondition(atom)} (${atom.effect} of ${layerTitles[atom.layer] ?? escapeText(atom.layer)})`,
    )
    return `${atoms.join('; ')}; at best ${wordOf(entry.bounds.best)}, at worst ${wordOf(entry.bounds.worst)}`
  }
  return entry.blockedBy.length === 0
    ? ''
    : `stopped by ${list(entry.blockedBy.map((layer) => layerTitles[layer] ?? escapeText(layer)))}`
}

function wordOf(decision: string): string {
  return Object.hasOwn(decisionWords, decision)
    ? decisionWords[decision as keyof typeof decisionWords]
    : escapeText(decision)
}
