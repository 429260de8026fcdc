import { withoutChoices } from '#src/answers/choices.ts'
import { type ConditionJson, conditionsOf } from '#src/answers/condition.ts'
import type { HopJson, PathJson, PathResult, PathsAnswer } from '#src/answers/paths.ts'
import { escapeText } from '#src/lib/escape.ts'
import { padEnd, textWidth } from '#src/lib/terminal.ts'
import { fromJson } from '#src/policy/formula.ts'
import { describeChoices, describeResidual } from './conditions.ts'
import { detectionLines, hintLines, joinBlocks, noteLines } from './frame.ts'
import { describeHop } from './hop-phrase.ts'
import { type NameOf, namesOf } from './names.ts'
import { allowsEverything, describeBlock, describeStatement } from './statements.ts'
import { count, list, type Paint, paintOf, paragraph, type TextStyle, type Verdict } from './style.ts'
import { tableLines } from './table.ts'

/** Pairs that are shown with their proof, and pairs that are listed after them, unless all are wanted. */
const provedPairs = 5
const listedPairs = 25
/** Stopped hops, and other techniques for a hop, that are shown. */
const shownBlocks = 3
const shownTechniques = 6
/** Deeper hops are not indented further. */
const deepest = 8

/** `paths`: the answer, then the chain with what opens each hop, then where it would be seen. */
export function renderPaths(answer: PathsAnswer, style: TextStyle): string {
  const paint = paintOf(style)
  const nameOf = namesOf(answer.text, style)
  const page = { answer, style, paint, nameOf }
  const results = answer.results.length === 1 ? answer.results : answer.results.toSorted(byUrgency)
  const proved = results.slice(0, style.all ? undefined : provedPairs)
  const isOnly = results.length === 1
  const shownHops = proved.flatMap((result) => shownPaths(result, isOnly || style.all).flatMap(({ hops }) => hops))
  const techniques = shownHops.flatMap(({ technique }) => answer.text.techniques[technique] ?? [])
  return joinBlocks([
    noteLines(answer.text.notes, style, paint),
    results.length < 2 ? [] : overview(results, style, paint),
    ...proved.flatMap((result) => resultBlocks(result, isOnly, page)),
    remaining(results.slice(proved.length), page),
    detectionLines(techniques, style),
    hintLines(answer.text.hints, style, paint),
  ])
}

interface Page {
  readonly answer: PathsAnswer
  readonly style: TextStyle
  readonly paint: Paint
  readonly nameOf: NameOf
}

const urgency: readonly Verdict[] = ['certain', 'conditional', 'unknown', 'no']

function byUrgency(left: PathResult, right: PathResult): number {
  const rank = urgency.indexOf(left.verdict) - urgency.indexOf(right.verdict)
  return rank || (left.paths[0]?.hops.length ?? 0) - (right.paths[0]?.hops.length ?? 0)
}

function overview(results: readonly PathResult[], style: TextStyle, paint: Paint): readonly string[] {
  const parts = urgency.flatMap((verdict) => {
    const number = results.filter((result) => result.verdict === verdict).length
    return number === 0 ? [] : [paint.verdict(verdict, `${number} ${pairWords[verdict]}`)]
  })
  return paragraph(`${count(results.length, 'pair')} of ends: ${parts.join(', ')}.`, style)
}

const pairWords: Readonly<Record<Verdict, string>> = {
  certain: 'certain',
  conditional: 'only under conditions',
  unknown: 'not known',
  no: 'without a path',
}

function resultBlocks(result: PathResult, isOnly: boolean, page: Page): readonly (readonly string[])[] {
  const shown = shownPaths(result, isOnly || page.style.all)
  const isMixed = shown.some(({ verdict }) => verdict !== result.verdict)
  return [
    headline(result, page),
    ...shown.map((path, index) =>
      pathLines(
        path,
        index > 0 ? `Another way (${path.verdict}):` : isMixed ? `The shortest (${path.verdict}):` : '',
        page,
      ),
    ),
    blocks(result, page),
  ]
}

/** Of several pairs each is shown with the path that its verdict is about. */
function shownPaths({ paths, verdict }: PathResult, all: boolean): readonly PathJson[] {
  if (all) return paths
  const surest = paths.find((path) => path.verdict === verdict) ?? paths[0]
  return surest === undefined ? [] : [surest]
}

/** The answer in one sentence. */
function headline({ from, to, verdict, paths, hasMore, missing }: PathResult, page: Page): readonly string[] {
  const { nameOf, paint, style } = page
  const [first] = paths
  if (verdict === 'no')
    return paragraph(`${nameOf(from)} ${paint.verdict('no', 'does not reach')} ${nameOf(to)}.`, style)
  if (first === undefined) {
    const why =
      missing === undefined || missing.length === 0
        ? ''
        : `: ${escapeText(list(missing.slice(0, 3)))} could not be read`
    return paragraph(
      `Nothing found from ${nameOf(from)} to ${nameOf(to)}, but the answer is ${paint.verdict('unknown', 'not known')}${why} (trustwalk snapshots verify).`,
      style,
    )
  }
  const best = paths.find((path) => path.verdict === verdict)
  if (best === undefined) {
    // The shortest is shown, and a surer one was cut.
    return paragraph(
      `${paint.strong(`${nameOf(from)} reaches ${nameOf(to)}`)}: ${paint.verdict(verdict, verdict)}, by a longer way than the shortest, which is ${paint.verdict(first.verdict, first.verdict)}`,
      style,
    )
  }
  const surely = {
    certain: paint.verdict('certain', 'certain'),
    conditional: paint.verdict(
      'conditional',
      `only if ${count(conditionsAlong(best).length, 'condition holds', 'conditions hold')}`,
    ),
    unknown: paint.verdict('unknown', 'not known, something was not collected'),
    no: '',
  }[verdict]
  const hops = best.hops.length
  const among =
    paths.length === 1 && !hasMore
      ? ''
      : best === first
        ? `, the shortest of ${hasMore ? 'more than ' : ''}${count(paths.length, 'path')}`
        : `; there is a shorter way, but it is ${first.verdict}`
  return paragraph(
    `${paint.strong(`${nameOf(from)} reaches ${nameOf(to)}`)}: ${surely}. ${count(hops, 'hop')}${among}`,
    style,
  )
}

/** Conditions of a path that nobody can choose to meet. */
function conditionsAlong({ hops }: PathJson): readonly ConditionJson[] {
  const found = new Map<string, ConditionJson>()
  for (const hop of hops) {
    for (const condition of conditionsOf(fromJson(withoutChoices(hop)))) found.set(JSON.stringify(condition), condition)
  }
  return [...found.values()]
}

/** The chain, each hop deeper than the one before; technique ids in a column at the right. */
function pathLines(path: PathJson, title: string, page: Page): readonly string[] {
  const start = path.hops[0]
  if (start === undefined) return []
  const rows: { readonly text: string; readonly id?: string; readonly indent: string; readonly isFaint?: boolean }[] =
    []
  path.hops.forEach((hop, position) => {
    const indent = `  ${'   '.repeat(Math.min(position, deepest))}`
    rows.push({
      text: `└─ ${describeHop(hop, page.nameOf, page.answer.text.techniques)}`,
      id: escapeText(hop.technique),
      indent,
    })
    for (const text of proofOf(hop, page.nameOf)) rows.push({ text, indent: `${indent}   `, isFaint: true })
  })
  return [...(title === '' ? [] : [title]), `  ${page.nameOf(start.from)}`, ...layOut(rows, page)]
}

function layOut(
  rows: readonly { readonly text: string; readonly id?: string; readonly indent: string; readonly isFaint?: boolean }[],
  { style, paint }: Page,
): readonly string[] {
  const idWidth = Math.max(...rows.map(({ id }) => textWidth(id ?? '')))
  const natural = Math.max(
    ...rows.flatMap(({ id, indent, text }) => (id === undefined ? [] : [textWidth(indent + text)])),
  )
  const column = style.width === undefined ? natural + 2 : Math.min(natural + 2, style.width - idWidth)
  return rows.flatMap(({ text, id, indent, isFaint }) => {
    const limit = style.width === undefined ? undefined : id === undefined ? style.width : column - 2
    const lines = paragraph(indent + text, { width: limit }, `${indent}   `)
    if (id === undefined) return isFaint ? lines.map((line) => paint.faint(line)) : lines
    return lines.map((line, index) => (index === 0 ? `${padEnd(line, column)}${paint.faint(id)}` : line))
  })
}

/** Under which conditions, with which chosen values, and by which statements a hop is open. */
function proofOf(hop: HopJson, nameOf: NameOf): readonly string[] {
  const residual = describeResidual(withoutChoices(hop))
  const choices = describeChoices(hop.choices)
  // What an administrator can, any administrator can: which one is not told.
  const evidence = hop.from.startsWith('admin:') ? [] : hop.evidence
  const allows = evidence.filter((one) => one.effect === 'Allow' && !allowsEverything(one))
  const statements = distinct(allows.map((one) => describeStatement(one, nameOf)))
  const also = hop.alsoTechniques.map(escapeText)
  const more = also.length - shownTechniques
  return [
    ...(residual === '' ? [] : [`if ${residual}`]),
    ...(choices === '' ? [] : [`with ${choices}, free to choose`]),
    ...(statements.length === 0 ? [] : [`allowed by ${statements.join(', and ')}`]),
    ...(also.length === 0
      ? []
      : [`also by ${also.slice(0, shownTechniques).join(', ')}${more > 0 ? ` and ${more} more` : ''}`]),
  ]
}

/** Of what looks open: what stops it; first what would have ended where it was asked for. */
function blocks({ blockedBy = [], to }: PathResult, { style, nameOf }: Page): readonly string[] {
  const sorted = blockedBy.toSorted((left, right) => Number(right.hop?.to === to) - Number(left.hop?.to === to))
  const sentences = distinct(
    sorted.map((block) => {
      const via = block.hop?.via === undefined ? '' : ` by ${escapeText(block.hop.via)}`
      const hop = block.hop === undefined ? 'It' : `${nameOf(block.hop.from)} to ${nameOf(block.hop.to)}${via}`
      return `${hop} looks open, but ${describeBlock(block, nameOf)}`
    }),
  )
  const shown = sentences.slice(0, style.all ? undefined : shownBlocks)
  const more = sentences.length - shown.length
  return [
    ...shown.flatMap((line) => paragraph(`  ${line}`, style, '    ')),
    ...(more === 0
      ? []
      : [
          `  ... ${count(more, 'more hop looks open and is not', 'more hops look open and are not')}: --all, or --format json`,
        ]),
  ]
}

/** One line for each pair without its proof, and how to see the rest. */
function remaining(results: readonly PathResult[], { style, nameOf, paint }: Page): readonly string[] {
  if (results.length === 0) return []
  const listed = results.slice(0, listedPairs)
  const rows = listed.map(({ from, to, verdict, paths }) => [
    nameOf(from),
    nameOf(to),
    String(paths[0]?.hops.length ?? '-'),
    verdict,
  ])
  const lines = tableLines(
    [
      { title: 'from', wraps: true, isName: true },
      { title: 'to', wraps: true, isName: true },
      { title: 'hops', align: 'right' },
      { title: 'verdict', paint: (text) => paint.verdict(text.trim() as Verdict, text) },
    ],
    rows,
    style,
  )
  const more = results.length - listed.length
  return [
    'And, without their proof',
    ...lines,
    ...paragraph(
      `  ${more > 0 ? `... ${count(more, 'more pair')}; ` : ''}--all shows everything, --from and --to narrow it, --format json is for programs`,
      style,
      '  ',
    ),
  ]
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
