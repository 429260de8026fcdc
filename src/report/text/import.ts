import type { ImportAnswer } from '#src/answers/import.ts'
import { escapeText } from '#src/lib/escape.ts'
import { hintLines, joinBlocks, noteLines } from './frame.ts'
import { bytes } from './rows.ts'
import { count, grouped, paintOf, paragraph, shortTime, type TextStyle } from './style.ts'

/** `import`: what is stored now, what it holds, what is missing. */
export function renderImport(answer: ImportAnswer, style: TextStyle): string {
  const paint = paintOf(style)
  const { snapshot, accounts, collectedAccounts } = answer
  const organization =
    snapshot.organizationId === undefined
      ? 'no organization data'
      : `organization ${escapeText(snapshot.organizationId)}`
  const missing = accounts - collectedAccounts
  return joinBlocks([
    paragraph(
      `${paint.strong(`snapshot ${escapeText(snapshot.id)}`)} ${answer.wasKnown ? 'was stored already' : 'is stored'}: ${organization}, as of ${shortTime(snapshot.capturedAt)}`,
      style,
    ),
    noteLines(answer.text.notes, style, paint),
    [
      `  read      ${count(answer.files, 'file')}, ${bytes(answer.bytes)}`,
      `  accounts  ${grouped(accounts)}${missing === 0 ? '' : `, of which ${grouped(missing)} could not be read`}`,
      `  holds     ${count(answer.users, 'user')}, ${count(answer.groups, 'group')}, ${count(answer.roles, 'role')}, ${count(answer.resources, 'resource')}`,
      `  graph     ${count(answer.nodes, 'node')}, ${count(answer.hops, 'hop')}`,
    ],
    hintLines(answer.text.hints, style, paint),
  ])
}
