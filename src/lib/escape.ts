/**
 * Text from a snapshot is chosen by others: it may hold escape sequences that rewrite a terminal, or controls that make
 * a line read in another order than it is stored. None of it is shown raw.
 */

/** C0 and C1 controls, bidirectional controls, zero-width and line-separating characters, tag characters, lone surrogates. */
const unprintable =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u{fff9}-\u{fffb}\u{e0000}-\u{e007f}]/gu

/** The text with every character that a terminal would act on, or not show, as `\u{…}`; one line, whatever it held. */
export function escapeText(text: string): string {
  return text.replace(unprintable, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
}

/** Escapes inside JSON text what JSON leaves raw and a terminal or a script would act on; the JSON means the same. */
export function escapeJson(json: string): string {
  // Newlines are the only controls that JSON text holds outside its strings.
  return json.replace(unprintable, (character) => (character === '\n' ? character : unicodeEscapes(character)))
}

/** The words of a reader or of a snapshot in an error message: escaped, in backticks, cut when very long. */
export function quote(text: string, limit = 200): string {
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text
  return `\`${escapeText(shown).replaceAll('`', '\\`')}\``
}

function unicodeEscapes(character: string): string {
  let escapes = ''
  for (let unit = 0; unit < character.length; unit++) {
    escapes += `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
  }
  return escapes
}
