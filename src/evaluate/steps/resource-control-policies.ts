import { any, constant, type Formula, never } from '#src/policy/formula.ts'
import { type CompiledPrincipal, formOf } from '#src/policy/principal.ts'
import type { Level } from '../request.ts'
import type { Situation } from '../situation.ts'
import { deniedBy, type Trace } from '../statements.ts'
import type { Step } from '../step.ts'
import { rcpServices } from './rcp-services.ts'

/**
 * Limit the resources of member accounts for everybody, AWS services, root users and outsiders included. Only denials matter:
 * `RCPFullAWSAccess`, attached at every level, cannot be detached.
 */
export const resourceControlPolicies = {
  layer: 'rcp',
  source: 'Organizations User Guide, "Resource control policies", "RCP evaluation"',
  denies(situation: Situation, trace?: Trace): Formula {
    const covers = ({ principal }: { readonly principal: CompiledPrincipal | undefined }): Formula =>
      constant(principal === undefined || formOf(principal, situation.caller) !== undefined)
    let denied: Formula = never
    for (const level of levelsFor(situation)) {
      denied = any(denied, deniedBy(level.rcps, situation, { layer: 'rcp', level }, trace, covers))
    }
    return denied
  },
} satisfies Step

function levelsFor({ principal, target, action, resource }: Situation): readonly Level[] {
  // What has no resource is the caller's account's.
  const isOwn = resource === '*' && target.account === undefined
  const { membership } = isOwn ? principal : target
  if (membership === undefined || membership.isManagement || !rcpServices.has(action.service)) return []
  if (principal.isServiceLinked || target.isAwsManagedKey) return []
  if (action.service === 'kms' && action.name === 'retiregrant') return []
  // Services always get at the roles that are linked to them.
  if (principal.kind === 'AWSService' && isServiceLinkedRole(resource)) return []
  return membership.levels
}

const isServiceLinkedRole = (arn: string): boolean => /^arn:[^:]+:iam::\d{12}:role\/aws-service-role\//.test(arn)
