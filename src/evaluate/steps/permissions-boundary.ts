import { always, type Formula, never } from '#src/policy/formula.ts'
import type { Situation } from '../situation.ts'
import { allowedBy, deniedBy, type Trace } from '../statements.ts'
import type { Step } from '../step.ts'

const place = { layer: 'boundary' } as const

/** Limits a user or role, and never grants. */
export const permissionsBoundary = {
  layer: 'boundary',
  source: 'IAM User Guide, "Permissions boundaries for IAM entities"',
  denies(situation: Situation, trace?: Trace): Formula {
    const { boundary } = situation.principal
    return boundary === undefined ? never : deniedBy([boundary], situation, place, trace)
  },
  allows(situation: Situation, trace?: Trace): Formula {
    const { boundary } = situation.principal
    if (boundary === undefined || situation.assumed === 'boundary') return always
    return allowedBy([boundary], situation, place, trace)
  },
} satisfies Step
