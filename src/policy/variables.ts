import type { KeyLookup } from './conditions/key-state.ts'
import { compileGlob, literal, matchesGlob } from './glob.ts'

/**
 * IAM User Guide, "IAM policy elements: Variables and tags". A text with variables is a list of pieces: text in the language
 * of `glob.ts`, and variables.
 */
export type Template = readonly Piece[]

type Piece = string | Variable

export interface Variable {
  readonly key: string
  /** Used where the key is absent. */
  readonly fallback: string | undefined
}

/** `text` in the language of `glob.ts`; `missing`: a variable has no value; `open`: the value of a variable is not known. */
export type Expansion =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'open'; readonly template: Template }

/** Whether a text has a `${` that is a variable and not an escaped character. */
export const hasVariable = (text: string): boolean => /\$\{[^{}*?$][^{}]*\}/.test(text)

/** Before version 2012-10-17 there are no variables: the text stands for itself, wildcards apart. */
export const withoutVariables = (text: string): string => text.replace(/\$(?=\{)/g, () => `\${$}`)

export function parseTemplate(text: string): Template {
  const pieces: Piece[] = []
  let from = 0
  for (const { 0: whole, 1: inner, index } of text.matchAll(/\$\{([^{}*?$][^{}]*)\}/g)) {
    if (index > from) pieces.push(text.slice(from, index))
    const [, key, fallback] = /^([^,]*?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(inner!.trim()) ?? [undefined, inner!.trim()]
    pieces.push({ key: key!, fallback })
    from = index + whole.length
  }
  if (from < text.length) pieces.push(text.slice(from))
  return pieces
}

/** Values are literal: a wildcard in a tag is a character. Keys of several values are no variables. */
export function expand(template: Template, lookup: KeyLookup): Expansion {
  const pieces: Piece[] = []
  for (const piece of template) {
    const value = typeof piece === 'string' ? piece : substituteFor(piece, lookup)
    if (value === undefined) return { kind: 'missing' }
    const last = pieces.length - 1
    if (typeof value === 'string' && typeof pieces[last] === 'string') pieces[last] += value
    else pieces.push(value)
  }
  if (pieces.some((piece) => typeof piece !== 'string')) return { kind: 'open', template: pieces }
  return { kind: 'text', text: pieces.join('') }
}

/** A template as it was written. */
export const writeTemplate = (template: Template): string =>
  template.map((piece) => (typeof piece === 'string' ? piece : writeVariable(piece))).join('')

/** The values of the only variable with which the template fits a text; undefined if that takes more than looking. */
export function solve(template: Template, text: string): { variable: Variable; values: readonly string[] } | undefined {
  const [variable, other] = template.filter((piece) => typeof piece !== 'string')
  if (variable === undefined || other !== undefined) return undefined
  const at = template.indexOf(variable)
  const [head, tail] = [template.slice(0, at).join(''), template.slice(at + 1).join('')]
  if (/[*?]|\$\{/.test(head)) return undefined
  if (!text.startsWith(head)) return { variable, values: [] }
  if (text.length > longestSolved) return undefined
  const glob = compileGlob(tail)
  const values: string[] = []
  for (let end = head.length; end <= text.length; end++) {
    if (matchesGlob(glob, text.slice(end))) values.push(text.slice(head.length, end))
  }
  return { variable, values }
}

/** Every end of the variable is tried: quadratic, which is fine for names. */
const longestSolved = 512

function substituteFor(variable: Variable, lookup: KeyLookup): string | Variable | undefined {
  const state = lookup(variable.key)
  if (state.state === 'unknown') return variable
  if (state.state === 'known' && state.values.length === 1) return literal(state.values[0]!)
  return variable.fallback === undefined ? undefined : literal(variable.fallback)
}

const writeVariable = ({ key, fallback }: Variable): string =>
  fallback === undefined ? `\${${key}}` : `\${${key}, '${fallback}'}`
