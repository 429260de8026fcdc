import picocolors from 'picocolors'
import { escapeText } from '#src/lib/escape.ts'
import { wrap } from '#src/lib/terminal.ts'

/** How text is laid out for its reader. */
export interface TextStyle {
  /** Columns of the terminal; undefined for anything else: nothing is wrapped or shortened then. */
  readonly width: number | undefined
  readonly colour: boolean
  /** Whole ARNs instead of short names. */
  readonly wholeArns: boolean
  /** Long lists in full. */
  readonly all: boolean
}

export type Verdict = 'certain' | 'conditional' | 'no' | 'unknown'

/** Colour supports what the words already say; without colour the text is the same. */
export interface Paint {
  strong(text: string): string
  faint(text: string): string
  /** Red is what an attacker can do, green what he cannot. */
  verdict(verdict: Verdict, text: string): string
}

export function paintOf({ colour }: Pick<TextStyle, 'colour'>): Paint {
  const colours = picocolors.createColors(colour)
  const byVerdict = { certain: colours.red, conditional: colours.yellow, unknown: colours.magenta, no: colours.green }
  return {
    strong: colours.bold,
    faint: colours.dim,
    verdict: (verdict, text) => byVerdict[verdict](text),
  }
}

/** One paragraph, broken to the width; lines after the first start with `indent`. */
export function paragraph(text: string, { width }: Pick<TextStyle, 'width'>, indent = ''): readonly string[] {
  return width === undefined ? [text] : wrap(text, width, indent)
}

/** `1 hop`, `2 hops`, `1,234 identities`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${grouped(number)} ${number === 1 ? one : many}`
}

export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `a`, `a and b`, `a, b and c`. */
export function list(parts: readonly string[], last = 'and'): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${last} ${parts.at(-1)}`
}

/** `2026-01-15 00:00` of an ISO 8601 time; other text as it is, escaped. */
export function shortTime(iso: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(iso)
  return match === null ? escapeText(iso) : `${match[1]} ${match[2]}`
}
