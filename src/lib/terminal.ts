/** Zero columns: marks that sit on the character before them. Two: East Asian wide forms and emoji. */
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]$/u
const wide =
  /^[\u{1100}-\u{115f}\u{231a}\u{231b}\u{2329}\u{232a}\u{23e9}-\u{23ec}\u{23f0}\u{23f3}\u{25fd}\u{25fe}\u{2614}\u{2615}\u{2648}-\u{2653}\u{267f}\u{2693}\u{26a1}\u{26aa}\u{26ab}\u{26bd}\u{26be}\u{26c4}\u{26c5}\u{26ce}\u{26d4}\u{26ea}\u{26f2}\u{26f3}\u{26f5}\u{26fa}\u{26fd}\u{2705}\u{270a}\u{270b}\u{2728}\u{274c}\u{274e}\u{2753}-\u{2755}\u{2757}\u{2795}-\u{2797}\u{27b0}\u{27bf}\u{2b1b}\u{2b1c}\u{2b50}\u{2b55}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{a960}-\u{a97f}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u
// biome-ignore lint/suspicious/noControlCharactersInRegex: the colours that this program itself adds
const colours = /\u001b\[[0-9;]*m/g

/** Columns that the text takes in a terminal; colour takes none. */
export function textWidth(text: string): number {
  let columns = 0
  for (const character of text.replace(colours, '')) columns += characterWidth(character)
  return columns
}

/** The text with spaces up to `columns`; longer text stays as it is. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)))
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - textWidth(text))) + text
}

/** At most `columns` wide, the middle replaced by `…`: ARNs differ at both ends. Only for text without colour. */
export function shorten(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  if (columns <= 1) return '…'
  const characters = [...text]
  const tail = takeWhile(characters.toReversed(), Math.floor((columns - 1) / 2)).toReversed()
  const head = takeWhile(characters, columns - 1 - textWidth(tail.join('')))
  return `${head.join('')}…${tail.join('')}`
}

/**
 * Breaks one line at spaces so that no line is wider than `columns`; what follows the first line starts with `indent`.
 * A word that is too wide stands alone and whole: it may be an ARN that somebody wants to copy.
 */
export function wrap(text: string, columns: number, indent = ''): readonly string[] {
  if (textWidth(text) <= columns) return [text]
  const lead = /^ */.exec(text)![0]
  const lines: string[] = []
  let line = lead
  let isEmpty = true
  for (const word of text.trim().split(/ +/)) {
    const next = isEmpty ? line + word : `${line} ${word}`
    if (!isEmpty && textWidth(next) > columns) {
      lines.push(line)
      line = indent + word
    } else line = next
    isEmpty = false
  }
  return [...lines, line]
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0)!
  if (code < 0x300) return 1
  if (zeroWidth.test(character)) return 0
  return wide.test(character) ? 2 : 1
}

function takeWhile(characters: readonly string[], columns: number): string[] {
  const taken: string[] = []
  let width = 0
  for (const character of characters) {
    width += characterWidth(character)
    if (width > columns) break
    taken.push(character)
  }
  return taken
}
