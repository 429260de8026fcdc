import * as names from './names.ts'
import type { AccountKind, PlannedAccount } from './plan.ts'
import type { Random } from './random.ts'

/** The kinds that an organization should have, most needed first; small ones do without the last. */
const first: readonly AccountKind[] = [
  'management',
  'prod',
  'nonprod',
  'cicd',
  'audit',
  'sandbox',
  'exceptions',
  'suspended',
]

/** The management account comes first. Suspended accounts deny everything, so they cannot be collected. */
export function planAccounts(count: number, company: string, random: Random): PlannedAccount[] {
  const ids = new Set<string>()
  return Array.from({ length: count }, (_, index) => {
    const kind = first[index] ?? ordinaryKind(random)
    const isAlone = kind === 'management' || kind === 'audit' || kind === 'cicd'
    const name = isAlone
      ? `${company}-${kind}`
      : `${company}-${names.subject(random)}-${kind}-${String(index).padStart(4, '0')}`
    return {
      id: newId(ids, random),
      name,
      kind,
      index,
      parent: '',
      isCollected: kind !== 'suspended',
      roles: [],
      users: [],
      groups: [],
      policies: [],
      oidcProviders: [],
      recordings: new Map(),
      errors: [],
    }
  })
}

function ordinaryKind(random: Random): AccountKind {
  const draw = random.next()
  if (draw < 0.46) return 'prod'
  if (draw < 0.9) return 'nonprod'
  if (draw < 0.96) return 'sandbox'
  return draw < 0.985 ? 'exceptions' : 'suspended'
}

/** Accounts of the organization never start with 9: those are outside it. */
function newId(taken: Set<string>, random: Random): string {
  for (;;) {
    const id = `${2 + random.below(7)}${random.text('0123456789', 11)}`
    if (taken.has(id)) continue
    taken.add(id)
    return id
  }
}
