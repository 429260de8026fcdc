import { withoutChoices } from '#src/answers/choices.ts'
import type { DecisionAnswer, DecisionPart, LayerSays } from '#src/answers/decision.ts'
import type { EvidenceJson } from '#src/answers/evidence.ts'
import { escapeText } from '#src/lib/escape.ts'
import { describeChoices, describeResidual } from './conditions.ts'
import { hintLines, joinBlocks, noteLines } from './frame.ts'
import { type NameOf, nameInSentence, namesOf } from './names.ts'
import { allowsEverything, describeBlock, layerTitles, shortStatement } from './statements.ts'
import { list, type Paint, paintOf, paragraph, type TextStyle } from './style.ts'
import { tableLines } from './table.ts'

/** Statements of a layer that are shown. */
const shownStatements = 3

/** `can`: yes, no or only if, and why; then what every layer says. */
export function renderDecision(answer: DecisionAnswer, style: TextStyle): string {
  const paint = paintOf(style)
  const nameOf = namesOf(answer.text, style)
  return joinBlocks([
    noteLines(answer.text.notes, style, paint),
    paragraph(headline(answer, nameOf, paint), style, '  '),
    ...answer.parts.map((part) => partLines(part, answer.parts.length > 1, nameOf, style, paint)),
    hintLines(answer.text.hints, style, paint),
  ])
}

function headline(answer: DecisionAnswer, nameOf: NameOf, paint: Paint): string {
  const asked = `${nameOf(answer.principal)} may ${escapeText(answer.action)} on ${nameOf(answer.resource)}`
  switch (answer.verdict) {
    case 'certain':
      return `${paint.verdict('certain', 'yes')}: ${asked}${choices(answer)}`
    case 'conditional':
      return `${paint.verdict('conditional', 'only if')} ${describeResidual(withoutChoices(answer))}: ${asked}${choices(answer)}`
    case 'unknown': {
      const missing = (answer.missing ?? []).slice(0, 3).map(escapeText)
      return `${paint.verdict('unknown', 'not known')}${missing.length === 0 ? '' : `, ${list(missing)} was not collected`}: whether ${asked}`
    }
    case 'no':
      return `${paint.verdict('no', 'no')}: ${whyNot(answer, nameOf)}`
  }
}

function choices({ choices: chosen }: DecisionAnswer): string {
  const shown = describeChoices(chosen)
  return shown === '' ? '' : `, choosing ${shown}`
}

/** The first statement that denies; else the first layer that should have allowed and does not. */
function whyNot({ parts, blockedBy, action }: DecisionAnswer, nameOf: NameOf): string {
  const part = parts.find(({ decision }) => decision.endsWith('Denied'))
  const what = part === undefined || part.action === action ? 'it' : escapeText(part.action)
  const denial = part?.evidence.find(({ effect, statement }) => effect === 'Deny' && statement >= 0)
  const stopping = part?.layers.find(({ says }) => says === 'denies' || says === 'does not allow')
  const because = denial ?? stopping?.because.find(({ effect }) => effect === 'Deny') ?? stopping?.because[0]
  if (because !== undefined) return describeBlock(because, nameOf, what)
  const layer = stopping?.layer ?? part?.blockedBy[0] ?? blockedBy[0]
  return layer === undefined ? `nothing allows ${what}` : describeBlock({ layer }, nameOf, what)
}

function partLines(
  part: DecisionPart,
  isNamed: boolean,
  nameOf: NameOf,
  style: TextStyle,
  paint: Paint,
): readonly string[] {
  const rows = part.layers.map((layer) => [layerTitles[layer.layer], layer.says, becauseOf(layer, nameOf)])
  const tone = (says: string) =>
    says.startsWith('allows')
      ? paint.verdict('certain', says)
      : says.startsWith('d')
        ? paint.verdict('no', says)
        : paint.faint(says)
  return [
    ...(isNamed
      ? [
          ...paragraph(
            `  ${escapeText(part.action)} on ${nameOf(part.resource)}: ${decisionWords[part.decision]}`,
            style,
            '    ',
          ),
          '',
        ]
      : []),
    ...tableLines([{ title: 'layer' }, { title: 'says', paint: tone }, { title: 'because', wraps: true }], rows, style),
  ]
}

export const decisionWords: Readonly<Record<DecisionPart['decision'], string>> = {
  Allowed: 'allowed',
  ImplicitlyDenied: 'not allowed',
  ExplicitlyDenied: 'denied',
  Conditional: 'only under conditions',
}

/** What denies comes first: it decides. What AWS attaches everywhere is told only where there is nothing else. */
function becauseOf({ because, note }: LayerSays, nameOf: NameOf): string {
  const telling = because.filter((one) => !allowsEverything(one))
  const sorted = telling.toSorted((left, right) => Number(right.effect === 'Deny') - Number(left.effect === 'Deny'))
  const statements = sorted.slice(0, shownStatements).map((one) => shortStatement(one, nameOf))
  if (telling.length > shownStatements) statements.push(`${telling.length - shownStatements} more (--format json)`)
  if (telling.length === 0 && because.length > 0) statements.push(`${shortName(because[0]!)}, at every level`)
  return [...statements, ...(note === undefined ? [] : [nameInSentence(note, nameOf)])].join('; ')
}

const shortName = ({ policy }: EvidenceJson) => escapeText(policy.replace(/^p-/, ''))
