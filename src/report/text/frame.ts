import type { GapJson, Hint, TextParts } from '#src/answers/answer.ts'
import { escapeText } from '#src/lib/escape.ts'
import { count, type Paint, paragraph, type TextStyle } from './style.ts'

/** Remarks that belong before an answer, such as that there is no organization data. */
export function noteLines(notes: readonly string[], style: TextStyle, paint: Paint): readonly string[] {
  return notes.flatMap((note) => paragraph(escapeText(note), style, '  ').map(paint.faint))
}

/**
 * What to do or ask next. Flags that change this answer go together in one sentence; a command stands on a line of its own,
 * whole, so that it can be copied with the remark behind it.
 */
export function hintLines(hints: readonly Hint[], style: TextStyle, paint: Paint): readonly string[] {
  const isFlag = ({ command }: Hint) => command?.startsWith('--') === true
  const flags = hints.filter(isFlag).map(({ text, command }) => `${escapeText(command!)} ${escapeText(text)}`)
  return [
    ...(flags.length === 0 ? [] : paragraph(`${flags.join(', ')}.`, style)),
    ...hints
      .filter((hint) => !isFlag(hint))
      .flatMap(({ text, command }) => {
        if (command === undefined) return paragraph(escapeText(text), style)
        const remark = `# ${escapeText(text)}`
        return [`  ${escapeText(command)}  ${paint.faint(remark)}`]
      }),
  ]
}

/** That an answer which is a list may lack something. */
export function gapLines(gaps: readonly GapJson[], style: TextStyle): readonly string[] {
  if (gaps.length === 0) return []
  const accounts = new Set(gaps.flatMap(({ account }) => (account === null ? [] : [account]))).size
  const where = accounts === 0 ? '' : ` in ${count(accounts, 'account')}`
  return paragraph(
    `Not known: ${count(gaps.length, 'call')}${where} could not be read, so there may be more (trustwalk snapshots verify lists them).`,
    style,
  )
}

/** CloudTrail names and ATT&CK ids of what an answer shows, for whoever has to look for it. */
export function detectionLines(
  techniques: readonly TextParts['techniques'][string][],
  style: TextStyle,
): readonly string[] {
  const events = distinct(techniques.flatMap(({ cloudTrail }) => cloudTrail))
  const mitre = distinct(techniques.flatMap(({ mitre }) => mitre))
  const parts = [
    ...(events.length === 0 ? [] : [`Seen in CloudTrail as ${events.join(', ')}.`]),
    ...(mitre.length === 0 ? [] : [`ATT&CK ${mitre.join(', ')}.`]),
  ]
  return parts.length === 0 ? [] : paragraph(escapeText(parts.join(' ')), style)
}

/** Blocks of lines with an empty line between them. */
export function joinBlocks(blocks: readonly (readonly string[])[]): string {
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
