import type { DecisionAnswer, DecisionPart, LayerSays } from '#src/answers/decision.ts'
import { escapeText } from '#src/lib/escape.ts'
import { describeResidual } from './conditions.ts'
import { hintLines, joinBlocks, noteLines } from './frame.ts'
import { type NameOf, namesOf } from './names.ts'
import { describeStatement, layerTitles, shortStatement } from './statements.ts'
import { list, type Paint, paintOf, paragraph, type TextStyle } from './style.ts'
import { tableLines } from './table.ts'

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
      return `${paint.verdict('conditional', 'only if')} ${describeResidual(answer.residual)}: ${asked}${choices(answer)}`
    case 'unknown': {
      const missing = (answer.missing ?? []).slice(0, 3).map(escapeText)
      return `${paint.verdict('unknown', 'not known')}${missing.length === 0 ? '' : `, ${list(missing)} was not collected`}: whether ${asked}`
    }
    case 'no':
      return `${paint.verdict('no', 'no')}: ${whyNot(answer)}`
  }
}

function choices({ choices: chosen = {} }: DecisionAnswer): string {
  const shown = Object.entries(chosen).map(([key, value]) => `${escapeText(key)}=${escapeText(value)}`)
  return shown.length === 0 ? '' : `, choosing ${list(shown)}`
}

/** The first statement that denies; else the layers that should have allowed and do not. */
function whyNot({ parts, blockedBy, action }: DecisionAnswer): string {
  const part = parts.find(({ decision }) => decision.endsWith('Denied'))
  const about = part === undefined || part.action === action ? 'it' : escapeText(part.action)
  const denial = part?.evidence.find(({ effect, statement }) => effect === 'Deny' && statement >= 0)
  if (denial !== undefined) return `${describeStatement(denial)}, denies ${about}`
  const layers = part?.layers.find(({ says }) => says === 'denies' || says === 'does not allow')
  const because = layers?.because[0]
  if (because !== undefined) return `${describeStatement(because)} does not allow ${about}`
  return `no statement allows ${about} (${list((part?.blockedBy ?? blockedBy).map((layer) => layerTitles[layer]))})`
}

function partLines(
  part: DecisionPart,
  isNamed: boolean,
  nameOf: NameOf,
  style: TextStyle,
  paint: Paint,
): readonly string[] {
  const rows = part.layers.map((layer) => [layerTitles[layer.layer], layer.says, becauseOf(layer)])
  const tone = (says: string) =>
    says.startsWith('allows')
      ? paint.verdict('certain', says)
      : says.startsWith('d')
        ? paint.verdict('no', says)
        : paint.faint(says)
  return [
    ...(isNamed
      ? [`  ${escapeText(part.action)} on ${nameOf(part.resource)}: ${decisionWords[part.decision]}`, '']
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

function becauseOf({ because, note }: LayerSays): string {
  const statements = because.slice(0, 3).map((one) => `${shortStatement(one)}`)
  if (because.length > 3) statements.push(`${because.length - 3} more (--format json)`)
  return [...statements, ...(note === undefined ? [] : [escapeText(note)])].join('; ')
}
