import type { RequestResource } from '#src/evaluate/request.ts'
import { all, always, any, type Formula, never } from '#src/policy/formula.ts'
import type { NamedPolicy } from '#src/policy/policy.ts'
import { arnWitness, freshText, witness } from '#src/policy/witness.ts'
import type { Context, Need, Opening, TrustNeed } from '#src/techniques/technique.ts'
import { type Arranged, arranged, type Templates, templatesOf } from './arranged-needs.ts'
import type { Given } from './decider.ts'

/** Answers what an opening asks about one caller. The builder and the evidence answer by different ways; both by the evaluator. */
export interface Oracle {
  /** Whether the caller may do the action on the resource. */
  decide(action: string, resource: RequestResource, given: Given | undefined): Formula
  /** Whether the role's trust policy lets the service or provider in. */
  trusts(trust: TrustNeed): Formula
  /** Resource patterns in the caller's Allows for the action: where a name of the caller's choice may have to fit. */
  allowedPatterns(action: string): readonly string[]
  /** What conditions on the key ask for, in the caller's policies and those of his organization. */
  conditionValues(key: string): readonly string[]
  /** Something that exists, with its policy and tags. */
  existing(arn: string, tags: Readonly<Record<string, string>> | undefined): RequestResource
  /** Something of this name that the caller makes. */
  made(arn: string): RequestResource
  /** Regions to try for something new, likeliest first. */
  readonly regions: readonly string[]
  /** What was found out for this caller about needs of the same content: many openings differ in their target only. */
  readonly memory?: Map<string, Formula>
}

/** The most names that are tried for one new thing; beyond, a name that would do may be missed. */
const mostNames = 24
/** The most ways of naming several things together that are tried. */
const mostCombinations = 128

/** The condition under which the caller has the hop. */
export function openingFormula(opening: Opening, oracle: Oracle): Formula {
  const given = givenFormula(opening, oracle)
  return given.kind === 'never' ? never : all(given, needsFormula(opening.needs, oracle))
}

/** What does not depend on who asks: the binding, and the trust policy of the role. */
export function givenFormula({ given, trust }: Opening, oracle: Pick<Oracle, 'trusts'>): Formula {
  if (given.kind === 'never' || trust === undefined) return given
  return all(given, oracle.trusts(trust))
}

/** All needs, of each one alternative; things to be made are named so that all that speak of them agree on the name. */
export function needsFormula(needs: readonly (readonly Need[])[], oracle: Oracle): Formula {
  const { plain, naming } = arranged(needs)
  const decided = allOf(plain, (alternatives) => anyOf(alternatives, (need) => decideNeed(need, oracle, noNames)))
  if (decided.kind === 'never' || naming.length === 0) return decided
  return all(
    decided,
    allOf(naming, (group) => rememberedFormula(group, oracle)),
  )
}

const noNames: ReadonlyMap<string, string> = new Map()

function rememberedFormula({ needs, key }: Arranged['naming'][number], oracle: Oracle): Formula {
  if (oracle.memory === undefined) return jointFormula(needs, oracle)
  let formula = oracle.memory.get(key)
  if (formula === undefined) {
    formula = jointFormula(needs, oracle)
    oracle.memory.set(key, formula)
  }
  return formula
}

function jointFormula(needs: readonly (readonly Need[])[], oracle: Oracle): Formula {
  const choices: [name: string, arns: readonly string[]][] = [...candidateNames(needs, oracle)]
  const named = templatesOf(needs)
  const found: Formula[] = []
  let left = mostCombinations
  for (const names of combinations(choices)) {
    if (left-- === 0) break
    const formula = allOf(needs, (alternatives) =>
      anyOf(alternatives, (need) => decideNeed(boundTo(need, named, names), oracle, names)),
    )
    if (formula.kind === 'always') return always
    found.push(formula)
  }
  return any(...found)
}

/** ARNs worth trying for each new thing: a fresh name per region, and names that the caller's own grants ask for. */
function candidateNames(needs: readonly (readonly Need[])[], oracle: Oracle): ReadonlyMap<string, readonly string[]> {
  const templates = new Map<string, { template: string; actions: string[] }>()
  const named = templatesOf(needs)
  for (const { action, resource } of needs.flat()) {
    if (resource.kind !== 'new') continue
    const known = templates.get(resource.name)
    if (known === undefined) templates.set(resource.name, { template: resource.template, actions: [action] })
    else known.actions.push(action)
  }
  const names = new Map<string, readonly string[]>()
  for (const [name, { template, actions }] of templates) {
    const arns = new Set<string>()
    const patterns = actions.map((action) => oracle.allowedPatterns(action).filter((pattern) => pattern !== '*'))
    // The name may have to fit conditions as well, such as one on the policy that is attached.
    for (const { context = {} } of needs.flat()) {
      for (const [key, values] of Object.entries(context)) {
        if (values.some((value) => named.get(value) === name)) patterns.push([...oracle.conditionValues(key)])
      }
    }
    for (const regional of inRegions(template, oracle.regions)) {
      add(arns, [regional])
      for (const own of patterns) for (const pattern of own) add(arns, [regional, pattern])
      for (const [index, own] of patterns.entries()) {
        for (const left of own) {
          for (const other of patterns.slice(index + 1)) for (const right of other) add(arns, [regional, left, right])
        }
      }
      if (arns.size >= mostNames) break
    }
    names.set(name, [...arns].slice(0, mostNames))
  }
  return names
}

function add(arns: Set<string>, patterns: readonly string[]): void {
  if (arns.size >= mostNames || !patterns.every((pattern) => beginsLike(pattern, patterns[0]!))) return
  const key = patterns.join('\n')
  let arn = witnesses.get(key)
  if (arn === undefined) {
    if (witnesses.size > 10_000) witnesses.clear()
    witnesses.set(key, (arn = arnWitness(patterns) ?? ''))
  }
  if (arn !== '') arns.add(arn)
}

/** The texts before the first wildcard of each: patterns that differ there have no text in common. A quick look. */
function beginsLike(pattern: string, other: string): boolean {
  const length = Math.min(literalLength(pattern), literalLength(other))
  return pattern.startsWith(other.slice(0, length))
}

function literalLength(pattern: string): number {
  const at = pattern.search(/[*?$]/)
  return at < 0 ? pattern.length : at
}

const witnesses = new Map<string, string>()

/** `arn:aws:lambda:*:…` once for each region; other templates as they are. */
function inRegions(template: string, regions: readonly string[]): readonly string[] {
  const parts = template.split(':')
  if (parts[3] !== '*') return [template]
  return regions.map((region) => [...parts.slice(0, 3), region, ...parts.slice(4)].join(':'))
}

function* combinations(
  choices: readonly [name: string, arns: readonly string[]][],
): Generator<ReadonlyMap<string, string>> {
  const [first, ...rest] = choices
  if (first === undefined) {
    yield noNames
    return
  }
  for (const names of combinations(rest)) for (const arn of first[1]) yield new Map([...names, [first[0], arn]])
}

/** The need with the names in the place of templates. */
function boundTo(need: Need, named: Templates, names: ReadonlyMap<string, string>): Need {
  if (
    need.context === undefined ||
    !Object.values(need.context)
      .flat()
      .some((value) => named.has(value))
  )
    return need
  const bound = Object.entries(need.context).map(([key, values]) => [
    key,
    values.map((value) => names.get(named.get(value) ?? '') ?? value),
  ])
  return { ...need, context: Object.fromEntries(bound) }
}

function decideNeed({ action, resource, context }: Need, oracle: Oracle, names: ReadonlyMap<string, string>): Formula {
  const thing =
    resource.kind === 'existing'
      ? oracle.existing(resource.arn, resource.tags)
      : oracle.made(resource.kind === 'any' ? '*' : names.get(resource.name)!)
  const asked = resource.kind !== 'any' && resource.trustsCaller ? retrusted(thing) : thing
  if (context === undefined) return oracle.decide(action, asked, undefined)
  const isFree = Object.values(context).some((values) => values.some((value) => value.includes('*')))
  const givens = isFree ? makeContexts(context, (key) => oracle.conditionValues(key)) : contexts(context)
  return anyOf(givens, (given) => oracle.decide(action, asked, given))
}

function retrusted(role: RequestResource): RequestResource {
  let known = retrustedRoles.get(role)
  if (known === undefined) retrustedRoles.set(role, (known = { ...role, policy: ownTrust }))
  return known
}

const retrustedRoles = new WeakMap<RequestResource, RequestResource>()

/** What a caller writes into a trust policy to be let in by it: `*` asks least of him within the account. */
const ownTrust: NamedPolicy = {
  name: 'trust policy as rewritten',
  policy: {
    version: '2012-10-17',
    problems: [],
    statements: [{ index: 0, effect: 'Allow', action: ['sts:*'], principal: '*', conditions: [], hasVariables: false }],
  },
}

/** One value of each key at a time; a pattern stands for a text of the caller's choice that fits it. */
export function contexts(context: Context): readonly Given[] {
  let known = contextsOf.get(context)
  if (known === undefined) contextsOf.set(context, (known = makeContexts(context)))
  return known
}

const contextsOf = new WeakMap<Context, readonly Given[]>()

/** The most values that are tried for one pattern. */
const mostValues = 12

function makeContexts(context: Context, wanted: (key: string) => readonly string[] = () => []): readonly Given[] {
  let sets: Record<string, readonly string[]>[] = [{}]
  for (const [key, values] of Object.entries(context)) {
    const texts = values.flatMap((value) => (value.includes('*') ? textsFor(value, wanted(key)) : [value]))
    const choices = values.length === 0 ? [[]] : [...new Set(texts)].map((text) => [text])
    sets = sets.flatMap((set) => choices.map((choice) => ({ ...set, [key]: choice })))
  }
  return sets
}

/** A text that fits the pattern, and for each text that some condition asks for one that fits both. */
function textsFor(pattern: string, wanted: readonly string[]): readonly string[] {
  const texts = new Set([pattern.replaceAll('*', freshText)])
  for (const other of wanted) {
    const text = pattern.startsWith('arn:') ? arnWitness([pattern, other]) : witness([pattern, other])
    if (text !== undefined) texts.add(text)
    if (texts.size >= mostValues) break
  }
  return [...texts]
}

function anyOf<T>(items: readonly T[], decide: (item: T) => Formula): Formula {
  const found: Formula[] = []
  for (const item of items) {
    const formula = decide(item)
    if (formula.kind === 'always') return always
    found.push(formula)
  }
  return any(...found)
}

function allOf<T>(items: readonly T[], decide: (item: T) => Formula): Formula {
  const found: Formula[] = []
  for (const item of items) {
    const formula = decide(item)
    if (formula.kind === 'never') return never
    found.push(formula)
  }
  return all(...found)
}
