import { sts } from './collect/begin.ts'
import { usualRoles } from './collect/member.ts'
import { regions } from './collect/regions.ts'
import type { Asked, Call, Service } from './service.ts'
import { services } from './services/index.ts'
import { organizations } from './services/organizations.ts'

/** The least that lets a collection read everything: derived from the calls that it makes, so that the two cannot drift apart. */
export interface PolicyDocument {
  readonly Version: '2012-10-17'
  readonly Statement: readonly {
    readonly Sid: string
    readonly Effect: 'Allow'
    readonly Action: readonly string[]
    readonly Resource: string | readonly string[]
  }[]
}

export interface PolicyOptions {
  /** `management`: where a walk starts. `member`: every other account. */
  readonly of: 'management' | 'member'
  /** A member that administers Identity Center. */
  readonly hasIdentityCenter?: boolean
  /** Also what `--last-accessed` asks. */
  readonly lastAccessed?: boolean
  /** Roles that the collector assumes in other accounts. */
  readonly roleNames?: readonly string[]
}

export function collectorPolicy(options: PolicyOptions): PolicyDocument {
  const { of, roleNames = [usualRoles[0]] } = options
  const actions = [
    ...new Set(askedBy(options).flatMap(({ asked, calls }) => calls.flatMap((call) => actionsOf(asked, call)))),
  ]
  const read = { Sid: 'TrustwalkReads', Effect: 'Allow', Action: actions.sort(), Resource: '*' } as const
  const enter = {
    Sid: 'TrustwalkEntersMembers',
    Effect: 'Allow',
    Action: ['sts:AssumeRole'],
    Resource: roleNames.map((name) => `arn:aws:iam::*:role/${name}`),
  } as const
  return { Version: '2012-10-17', Statement: of === 'management' ? [read, enter] : [read] }
}

/** IAM actions that allow a call: those that it names, or the prefix and the operation. */
export function actionsOf({ name, prefix = name }: Asked, { actions, operation, job }: Call): readonly string[] {
  if (actions !== undefined) return actions
  return [operation, ...(job === undefined ? [] : [job])].map((called) => `${prefix}:${called}`)
}

function askedBy({ of, hasIdentityCenter, lastAccessed }: PolicyOptions) {
  const isManagement = of === 'management'
  const isAsked = ({ isOrganizationWide }: Service) =>
    isOrganizationWide !== true || isManagement || hasIdentityCenter === true
  const callsOf = ({ calls }: Asked) =>
    calls.filter(
      (call) => (call.isManagement !== true || isManagement) && (call.isOptional !== true || lastAccessed === true),
    )
  return [...(isManagement ? [sts, organizations] : []), regions, ...services.filter(isAsked)].map((asked) => ({
    asked,
    calls: callsOf(asked),
  }))
}
