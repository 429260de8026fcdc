import { describe, expect, test } from 'vitest'
import type { Answer } from '#src/answers/answer.ts'
import { textWidth } from '#src/lib/terminal.ts'
import type { TextStyle } from '#src/report/index.ts'
import { renderText } from '#src/report/text.ts'
import * as invented from './answers.ts'

const piped: TextStyle = { width: undefined, colour: false, wholeArns: false, all: false }
const { paths, noPath, reach, decision, rows, lines, evaluations, imported } = invented
const answers = { paths, noPath, reach, decision, rows, lines, evaluations, imported } as Record<string, Answer>

describe.each(Object.entries(answers))('%s', (name, answer) => {
  test.each([80, 140, undefined])('reads as written down, in %s columns', async (width) => {
    await expect(renderText(answer, { ...piped, width })).toMatchFileSnapshot(
      `expected/${name}-${width ?? 'piped'}.txt`,
    )
  })

  test('fits a terminal of 80 columns, but for commands and names that must stay whole', () => {
    const wide = renderText(answer, { ...piped, width: 80 })
      .split('\n')
      .filter((line) => textWidth(line) > 80)
    for (const line of wide) expect(line).toMatch(/^ *aws /)
  })

  test('colour adds nothing but colour', () => {
    const coloured = renderText(answer, { ...piped, colour: true })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour is what is taken out
    expect(coloured.replace(/\u001b\[[0-9;]*m/g, '')).toBe(renderText(answer, piped))
  })

  test('nothing from a snapshot is shown raw', () => {
    const hostile = JSON.parse(JSON.stringify(answer), (_, value: unknown) =>
      typeof value === 'string' && !words.test(value) ? `\u001b]0;x\u0007\u202e${value}\n\u009b2J` : value,
    ) as Answer
    for (const style of [piped, { ...piped, width: 80 }, { ...piped, wholeArns: true }]) {
      expect(renderText(hostile, style).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }
  })

  test('each line ends without spaces, the text in one newline', () => {
    const text = renderText(answer, { ...piped, width: 80 })
    expect(text).toMatch(/[^\n]\n$/)
    expect(text).not.toMatch(/ \n|\n\n\n/)
  })
})

/** What is no text of a snapshot, but decides how an answer is laid out. */
const words =
  /^(paths|reach|decision|rows|lines|evaluations|import|pairs|requests|trustwalk\..*|node|text|list|verdict|conditions|number|bytes|time|to|from|kind|certain|conditional|no|unknown|Allow|Deny|Allowed|.*Denied|Conditional|scp|rcp|trust|resource|identity|boundary|session|kms-.*|binding|vpce|s3-bpa|none|allows|denies|not asked|does not allow|allows if)$/

test('whole ARNs where they are wanted, and where a short name would be that of two', () => {
  expect(renderText(paths, { ...piped, wholeArns: true })).toContain(invented.arns.release)
  const node = invented.text.nodes[invented.arns.runner]!
  const twice = {
    ...paths,
    text: { ...paths.text, nodes: { ...paths.text.nodes, 'arn:aws:iam::9:role/runner': node } },
  }
  const text = renderText(twice, piped)
  expect(text).toContain(invented.arns.runner)
  expect(text).toContain('role/deploy/release (prod)')
})

test('what is cut says how to see the rest', () => {
  const entries = Array.from({ length: 100 }, () => rows.entries[0]!)
  const many = { ...rows, entries }
  expect(renderText(many, piped)).toContain('... 60 more rows: --all, or --format json')
  expect(renderText(many, { ...piped, all: true })).not.toContain('more row')
  const principals = Array.from({ length: 100 }, () => reach.principals[0]!)
  expect(renderText({ ...reach, principals }, piped)).toMatch(/\.\.\. \d+ more: --all, or --format json/)
  const results = Array.from({ length: 100 }, () => paths.results[0]!)
  expect(renderText({ ...paths, results }, piped)).toContain('... 70 more pairs; --all shows everything')
})

test('a pair is as sure as its best path; the shortest is shown first, and says what it is itself', () => {
  const [result] = paths.results
  const [path] = result!.paths
  const sure = { ...path!, id: 'other', verdict: 'certain' as const, hops: [...path!.hops, ...path!.hops] }
  const weak = { ...path!, verdict: 'conditional' as const }
  const both = { ...result!, verdict: 'certain' as const, paths: [weak, sure] }
  const one = renderText({ ...paths, results: [both] }, piped)
  expect(one).toContain('; there is a shorter way, but it is conditional')
  expect(one).toMatch(/The shortest \(conditional\):[\s\S]*Another way \(certain\):/)
  const cut = renderText({ ...paths, results: [{ ...both, paths: [weak], hasMore: true }] }, piped)
  expect(cut).toContain('certain, by a longer way than the shortest, which is conditional')
  // Of several pairs each is shown with the path that its verdict is about.
  const several = renderText({ ...paths, results: [both, both] }, piped)
  expect(several.match(/└─/g)).toHaveLength(2 * sure.hops.length)
})

test('a list tells any AWS account from anybody unsigned, and leaves out what whoever asks chooses', () => {
  const region = { key: 'aws:RequestedRegion', operator: 'StringEquals', values: ['eu-west-1'] }
  const secret = { key: 'sts:ExternalId', operator: 'StringEquals', values: ['x'] }
  const entry = (kind: string, choices: Readonly<Record<string, string>>) => ({
    from: '*',
    kind,
    verdict: 'conditional' as const,
    residual: { all: [region, secret] },
    choices,
  })
  const list = {
    ...rows,
    entries: [entry('account', { 'aws:requestedregion': 'eu-west-1' }), entry('anonymous', {})],
    table: {
      ...rows.table,
      columns: [
        { key: 'from', title: 'by', as: 'entrant' as const },
        { key: 'residual', title: 'only if', as: 'residual' as const },
        { key: 'choices', title: 'choosing', as: 'text' as const },
      ],
    },
    text: { ...rows.text, nodes: { '*': invented.anybody } },
  }
  const [, , , first, second] = renderText(list, piped).split('\n')
  expect(first).toMatch(/any AWS account +sts:ExternalId is "x" +aws:requestedregion=eu-west-1/)
  expect(second).toMatch(/anybody, unsigned +aws:RequestedRegion is "eu-west-1" and sts:ExternalId is "x"/)
})
