import { all, any, atomsOf, conflictKey, type Formula, not } from '#src/policy/formula.ts'
import type { Decision, Evidence, Layer } from './decision.ts'
import { evaluate, weigh } from './evaluate.ts'
import { DocumentError, readRequests } from './read-document.ts'

type Outcome = 'Allowed' | 'ImplicitlyDenied' | 'ExplicitlyDenied'

/** The answer to one request document, as `evaluate --format json` writes it. */
export type DocumentDecision =
  | ({ readonly id: string; readonly error?: undefined } & Decided)
  | { readonly id: string; readonly error: string; readonly decision?: undefined }

interface Decided {
  readonly decision: Decision['decision']
  readonly blockedBy: readonly Layer[]
  /** The conditions that stay open and on which the outcome depends. */
  readonly residual: readonly ResidualAtom[]
  /** The most and the least favourable outcome that any values of the unknown keys give. */
  readonly bounds: { readonly best: Outcome; readonly worst: Outcome }
}

export interface ResidualAtom {
  readonly effect: 'Allow' | 'Deny'
  readonly layer: Layer
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

/** Decides one self-contained request document; nothing but what it says is used. Never throws: what cannot be read is an error. */
export function evaluateDocument(json: unknown): DocumentDecision {
  const id = idOf(json)
  try {
    return { id, ...decide(json) }
  } catch (error) {
    if (error instanceof DocumentError) return { id, error: error.message }
    throw error
  }
}

function idOf(json: unknown): string {
  const id = typeof json === 'object' && json !== null && Object.hasOwn(json, 'id') ? (json as { id: unknown }).id : ''
  return typeof id === 'string' ? id : ''
}

/** An API call that needs several actions is decided as the worst of them. */
function decide(json: unknown): Decided {
  const requests = readRequests(json)
  const decisions = requests.map(evaluate)
  const halves = requests.map(weigh)
  const denied = any(...halves.map((half) => half.denied))
  const formula = all(...halves.map((half) => half.open), not(denied))
  const worst = order.find((outcome) => decisions.some(({ decision }) => decision === outcome))!
  if (worst === 'Conditional' && formula.kind !== 'never') {
    const trace = halves.flatMap((half) => [...half.allowTrace, ...half.denyTrace])
    const bounds = {
      best: 'Allowed',
      worst: denied.kind === 'never' ? 'ImplicitlyDenied' : 'ExplicitlyDenied',
    } as const
    return { decision: worst, blockedBy: [], residual: residualOf(formula, trace), bounds }
  }
  // Each action may be allowed under a condition that the other rules out.
  const decision = worst === 'Conditional' ? 'ImplicitlyDenied' : worst
  const mayBeDenied = decision === 'ImplicitlyDenied' && denied.kind !== 'never'
  const bounds = { best: decision, worst: mayBeDenied ? 'ExplicitlyDenied' : decision } as const
  const stopping = decisions.filter((each) => each.decision === worst)
  const blockedBy = stopping.flatMap((each) => (worst === 'Conditional' ? layersOf(each) : each.blockedBy))
  return { decision, blockedBy: [...new Set(blockedBy)], residual: [], bounds }
}

const layersOf = ({ evidence }: Decision): readonly Layer[] =>
  evidence.filter(({ when }) => when.kind !== 'always').map(({ layer }) => layer)

/** The least favourable first. */
const order = ['ExplicitlyDenied', 'ImplicitlyDenied', 'Conditional', 'Allowed'] as const

/** The atoms of the formula, each with the statements that ask for it. */
function residualOf(formula: Formula, trace: readonly Evidence[]): readonly ResidualAtom[] {
  const residual = new Map<string, ResidualAtom>()
  for (const { id, operator, key, values } of atomsOf(formula)) {
    const asking = trace.filter(({ when }) => atomsOf(when).some((atom) => atom.id === id))
    for (const { effect, layer } of asking) {
      residual.set(`${effect} ${layer} ${id}`, { effect, layer, operator, key, values })
    }
    if (key === conflictKey) residual.set(id, { effect: 'Allow', layer: 'trust', operator, key, values })
  }
  return [...residual.values()]
}
