import { describe, expect, test } from 'vitest'
import { escapeJson, escapeText, quote } from '#src/lib/escape.ts'

describe('text from a snapshot is shown without anything that a terminal acts on', () => {
  test.each([
    ['\u001b[31mred', '\\u{1b}[31mred', 'a colour sequence'],
    ['\u009b31m', '\\u{9b}31m', 'the same in one C1 character'],
    ['a\r\nb\tc', 'a\\u{d}\\u{a}b\\u{9}c', 'line breaks would forge lines of the answer'],
    ['\u202egnp.exe', '\\u{202e}gnp.exe', 'right-to-left override'],
    ['a\u2066b\u2069', 'a\\u{2066}b\\u{2069}', 'isolates'],
    ['a\u200bb\ufeffc\u00add', 'a\\u{200b}b\\u{feff}c\\u{ad}d', 'characters without width'],
    ['a\u2028b\u2029', 'a\\u{2028}b\\u{2029}', 'line and paragraph separators'],
    ['\u{e0041}', '\\u{e0041}', 'tag characters'],
    ['\ud800', '\\u{d800}', 'half of a surrogate pair'],
    ['\u3164', '\\u{3164}', 'a letter that shows nothing'],
    ['role/Zürich-東京-🚀', 'role/Zürich-東京-🚀', 'any letter stays'],
  ])('%j', (text, expected) => {
    expect(escapeText(text)).toBe(expected)
  })

  test('JSON keeps its meaning and holds none of them', () => {
    const value = { 'k\u202e': ['\u0085', '\u2028', '\u{e0001}', '\u001b[2J', 'é'] }
    const text = escapeJson(JSON.stringify(value, null, 2))
    expect(JSON.parse(text)).toEqual(value)
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(text).toContain('é')
  })

  test('quoting escapes the quote, and cuts', () => {
    expect(quote('a`b\u001b')).toBe('`a\\`b\\u{1b}`')
    expect(quote('x'.repeat(500))).toHaveLength(203)
  })
})
