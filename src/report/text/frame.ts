import type { GapJson, Hint, TextParts } from '#src/answers/answer.ts'
import { escapeText } from '#src/lib/escape.ts'
import { count, type Paint, paragraph, type TextStyle } from './style.ts'

/** Remarks that belong before an answer, such as that there is no organization data. */
export function noteLines(notes: readonly string[], style: TextStyle, paint: Paint): readonly string[] {
  return notes.flatMap((note) => paragraph(escapeText(note), style, '  ').map(paint.faint))
}

/**
 * What to do or ask next. A question or a sentence stands above its command, which has a line of its own to be copied; what
 * continues a command (`shows more paths`) follows it.
 */
export function hintLines(hints: readonly Hint[], style: TextStyle, paint: Paint): readonly string[] {
  const continuing = hints.filter(({ text, command }) => command !== undefined && /^[a-z]/.test(text))
  const sentence = continuing.map(({ text, command }) => `${escapeText(command!)} ${escapeText(text)}`).join('; ')
  return [
    ...(sentence === '' ? [] : paragraph(`${sentence}.`, style).map(paint.faint)),
    ...hints
      .filter((hint) => !continuing.includes(hint))
      .flatMap(({ text, command }) => [
        ...paragraph(escapeText(text), style),
        ...(command === undefined ? [] : [`  ${escapeText(command)}`]),
      ]),
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
    '  ',
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
  return parts.length === 0 ? [] : paragraph(escapeText(parts.join(' ')), style, '  ')
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
