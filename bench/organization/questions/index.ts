import type { Expected } from '../expected.ts'
import { plantAccessKeys } from './access-keys.ts'
import type { World } from './assume-role.ts'
import { plantCompute } from './compute.ts'
import { type PublicRole, plantExternal } from './external.ts'
import { plantIdentityCenter } from './identity-center.ts'
import { plantNonPaths } from './non-paths.ts'
import { plantPaths } from './paths.ts'
import { plantResourceAccess } from './resource-access.ts'
import { plantGaps, plantStructure } from './structure.ts'
import { plantEscalations, plantTechniques } from './techniques.ts'
import { plantWorkloads } from './workloads.ts'

/** Principals for which a set of questions is planted. */
const perRound = 2000
/** Everybody in an account reaches its public roles: a few are enough to ask about. */
const mostExternal = 5

/**
 * Plants questions with known answers, more of them in a larger organization. Each has principals of its own, whose only
 * outgoing permissions are the planted ones, so that each answer follows from the data for any correct reader.
 */
export function plantQuestions(world: World, expected: Expected): void {
  const { accounts, roles, openRoles } = world.plan.settings
  const rounds = Math.max(1, Math.round((accounts * roles) / perRound))
  plantStructure(world, expected)
  plantIdentityCenter(world, expected)
  const publicRoles: PublicRole[] = []
  for (let round = 0; round < rounds; round++) {
    plantPaths(world, expected)
    plantNonPaths(world, expected)
    plantTechniques(world, expected)
    plantEscalations(world, expected)
    plantCompute(world, expected)
    plantResourceAccess(world, expected)
    if (round < mostExternal) {
      publicRoles.push(...plantExternal(world, expected))
      plantWorkloads(world, expected)
    }
  }
  // Roles opened for stress are reached by every key: the lists would be as long as the organization.
  if (openRoles === 0) {
    for (let round = 0; round < Math.min(rounds, mostExternal); round++) plantAccessKeys(world, expected, publicRoles)
  }
  plantGaps(world, expected)
  expected.externalElsewhere.push(
    {
      pattern: 'arn:aws:iam::*:role/github-actions-*',
      via: 'sts:AssumeRoleWithWebIdentity',
      verdict: 'conditional',
      detail: "workflows of the organization's own repositories",
    },
    {
      pattern: 'arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*',
      via: 'sts:AssumeRoleWithSAML',
      verdict: 'conditional',
      detail: 'people of IAM Identity Center',
    },
    {
      pattern: 'arn:aws:iam::*:role/org-*',
      via: 'sts:AssumeRoleWithSAML',
      verdict: 'conditional',
      detail: 'people of IAM Identity Center (org-operations, org-auditor)',
    },
  )
}
