import type { ReachAnswer, ReachedPrincipal, ReachedResource } from '#src/answers/reach.ts'
import { escapeText } from '#src/lib/escape.ts'
import { padEnd, padStart, textWidth } from '#src/lib/terminal.ts'
import { describeCondition } from './conditions.ts'
import { gapLines, hintLines, joinBlocks, noteLines } from './frame.ts'
import { type NameOf, namesOf } from './names.ts'
import { resourceClass } from './resource-classes.ts'
import { count, grouped, type Paint, paintOf, paragraph, shortTime, type TextStyle, type Verdict } from './style.ts'
import { tableLines } from './table.ts'

/** Reached nodes that are listed unless all are wanted. */
const listedNodes = 15
const listedConditions = 5

/** `reach` and `blast-radius`: whose it is, how much, the nearest, what it hangs on, what to do in which order. */
export function renderReach(answer: ReachAnswer, style: TextStyle): string {
  const paint = paintOf(style)
  const nameOf = namesOf(answer.text, style)
  return joinBlocks([
    noteLines(answer.text.notes, style, paint),
    headline(answer, nameOf, style, paint),
    totals(answer, paint),
    nearest(answer, nameOf, style, paint),
    hangsOn(answer, style),
    containment(answer, style, paint),
    gapLines(answer.gaps, style),
    hintLines(answer.text.hints, style, paint),
  ])
}

function headline(
  { subject, kind, text, snapshot, principals, resources }: ReachAnswer,
  nameOf: NameOf,
  style: TextStyle,
  paint: Paint,
) {
  const owner = nameOf(subject.owner)
  if (subject.accessKeyId !== undefined) {
    const account = text.nodes[subject.owner]?.account ?? ''
    const facts = [
      ...(subject.status === undefined
        ? []
        : [subject.status === 'Active' ? 'active' : paint.strong('inactive (answered as if it were active)')]),
      ...(subject.createdAt === undefined ? [] : [`${ageOf(subject.createdAt, snapshot.capturedAt)} old`]),
      ...(subject.lastUsed === undefined
        ? []
        : [
            `last used ${ageOf(subject.lastUsed.at, snapshot.capturedAt)} before the snapshot (${escapeText(`${subject.lastUsed.service}, ${subject.lastUsed.region}`)})`,
          ]),
    ]
    const of = account === '' ? '' : `, account ${escapeText(account)}`
    return paragraph(
      `${paint.strong(escapeText(subject.accessKeyId))} belongs to ${owner}${of}${facts.length === 0 ? '' : `: ${facts.join(', ')}`}`,
      style,
    )
  }
  const reached = principals.length + resources.length
  const found =
    reached === 0
      ? 'reaches nothing else'
      : `reaches ${count(principals.length, 'identity', 'identities')} and ${count(resources.length, 'resource')}`
  return paragraph(
    `${paint.strong(owner)} ${found}${kind === 'trustwalk.reach' ? '' : ', when its credentials leak'}`,
    style,
  )
}

/** Days between two ISO 8601 times, from the snapshot's own clock. */
function ageOf(from: string, to: string): string {
  const days = Math.floor((Date.parse(to) - Date.parse(from)) / 86_400_000)
  return Number.isNaN(days) || days < 0 ? `since ${shortTime(from)}` : count(days, 'day')
}

/** How much, in two columns: surely, and only if something holds. */
function totals(answer: ReachAnswer, paint: Paint): readonly string[] {
  const admins = answer.accounts.filter(({ admin }) => admin)
  const lines: (readonly [title: string, reached: readonly { readonly verdict: Verdict }[], names?: string])[] = [
    ['accounts', answer.accounts],
    ['administrator of', admins.map(({ adminVerdict }) => ({ verdict: adminVerdict }))],
    ['identities', answer.principals],
  ]
  const classes = new Map<string, ReachedResource[]>()
  for (const resource of answer.resources) {
    const { many } = resourceClass(resource.arn)
    for (const access of resource.access) {
      const title =
        access === 'read' ? `${many} readable` : access === 'write' ? `${many} writable` : `${many} to destroy or lock`
      classes.set(title, [...(classes.get(title) ?? []), resource])
    }
  }
  for (const [title, resources] of [...classes].sort(([left], [right]) => (left < right ? -1 : 1)))
    lines.push([title, resources])
  if (answer.principals.length === 0 && answer.resources.length === 0 && admins.length === 0) return []
  const titleWidth = Math.max(...lines.map(([title]) => textWidth(title)), 22)
  const head = `  ${padEnd('', titleWidth)}  ${padStart('certain', 9)}  only if ...`
  return [
    head,
    ...lines.map(([title, reached]) => {
      const certain = reached.filter(({ verdict }) => verdict === 'certain').length
      const rest = reached.filter(({ verdict }) => verdict === 'conditional').length
      const shown = padStart(grouped(certain), 9)
      return `  ${padEnd(title, titleWidth)}  ${certain === 0 ? shown : paint.verdict('certain', shown)}${rest === 0 ? '' : `  ${paint.verdict('conditional', `+${grouped(rest)}`)}`}`
    }),
  ]
}

function nearest(answer: ReachAnswer, nameOf: NameOf, style: TextStyle, paint: Paint): readonly string[] {
  const admins = answer.accounts.filter(({ admin }) => admin)
  const reached = [...answer.principals, ...answer.resources].toSorted(byDistance)
  if (reached.length === 0) return ['  Nothing beyond its own rights.']
  const shown = reached.slice(0, style.all ? undefined : listedNodes)
  const rows = shown.map((node) => [
    nameOf(node.arn),
    howOf(node),
    String(node.hops),
    node.verdict === 'conditional' ? 'only if' : node.verdict,
  ])
  const more = reached.length - shown.length
  return [
    ...(admins.length === 0
      ? []
      : [
          ...paragraph(
            `  Administrator of ${admins.map(({ id, adminVerdict }) => `${nameOf(`arn:aws:iam::${id}:root`)}${adminVerdict === 'certain' ? '' : ` (${adminVerdict})`}`).join(', ')}`,
            style,
            '    ',
          ),
          '',
        ]),
    ...tableLines(
      [
        { title: 'Nearest first', wraps: true, isName: true },
        { title: 'how', wraps: true },
        { title: 'hops', align: 'right' },
        {
          title: 'verdict',
          paint: (text) => paint.verdict(text === 'only if' ? 'conditional' : (text as Verdict), text),
        },
      ],
      rows,
      style,
    ),
    ...(more === 0 ? [] : [`  ... ${grouped(more)} more: --all, or --format json`]),
  ]
}

function howOf(node: ReachedPrincipal | ReachedResource): string {
  const access = 'access' in node ? ` (${node.access.map(escapeText).join(', ')})` : ''
  return `${escapeText(node.via)}${access}`
}

const urgency: readonly Verdict[] = ['certain', 'conditional', 'unknown', 'no']

function byDistance(left: ReachedPrincipal | ReachedResource, right: ReachedPrincipal | ReachedResource): number {
  const rank = urgency.indexOf(left.verdict) - urgency.indexOf(right.verdict)
  return left.hops - right.hops || rank || (left.arn < right.arn ? -1 : 1)
}

/** The conditions that the conditional ones hang on, the most frequent first. */
function hangsOn({ principals, resources }: ReachAnswer, style: TextStyle): readonly string[] {
  const uses = new Map<string, number>()
  for (const { conditions, verdict } of [...principals, ...resources]) {
    if (verdict !== 'conditional') continue
    for (const words of new Set(conditions.map(describeCondition))) uses.set(words, (uses.get(words) ?? 0) + 1)
  }
  if (uses.size === 0) return []
  const sorted = [...uses].sort(
    ([left, leftUses], [right, rightUses]) => rightUses - leftUses || (left < right ? -1 : 1),
  )
  const shown = sorted.slice(0, style.all ? undefined : listedConditions)
  const more = sorted.length - shown.length
  return [
    'What the conditional ones hang on',
    ...shown.flatMap(([words, number]) => paragraph(`  whether ${words} (${number})`, style, '     ')),
    ...(more === 0 ? [] : [`  ... ${count(more, 'more condition')}: --all, or --format json`]),
  ]
}

function containment({ containment: steps }: ReachAnswer, style: TextStyle, paint: Paint): readonly string[] {
  if (steps.length === 0) return []
  const left = ' '.repeat(2 + String(steps.length).length + 2)
  return [
    paint.strong('Do this now, in this order'),
    ...steps.flatMap(({ order, action, command, why, removes }) => {
      const number = padStart(String(order), String(steps.length).length)
      const removed = [
        ...(removes.principals === 0 ? [] : [count(removes.principals, 'identity', 'identities')]),
        ...(removes.resources === 0 ? [] : [count(removes.resources, 'resource')]),
        ...(removes.accounts === 0 ? [] : [count(removes.accounts, 'account')]),
      ]
      const effect = removed.length === 0 ? '' : `; takes away ${removed.join(', ')}`
      return [
        ...paragraph(`  ${number}. ${escapeText(action)}`, style, left),
        // A command stays on one line, whole, so that it can be copied.
        ...(command === undefined ? [] : [`${left}${escapeText(command)}`]),
        ...paragraph(`${left}${escapeText(why)}${effect}`, style, left).map(paint.faint),
      ]
    }),
  ]
}
