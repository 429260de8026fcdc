import { accountOfArn } from '#src/model/lookup.ts'
import type { Role } from '#src/model/model.ts'
import { accessTables } from '#src/techniques/access.ts'
import type { Build } from './build.ts'
import type { CallerGroups } from './caller-groups.ts'
import type { PolicyFacts } from './policy-facts.ts'

/**
 * Gives a node to everybody outside whom some trust policy, resource policy or KMS grant names, and to the roles of unread accounts
 * that identities may assume: before hops are drawn, so that what is open to everybody is open to all of them.
 */
export function nameOutsiders(build: Build, groups: CallerGroups): void {
  const { decider, model, outsiders } = build
  const assume = decider.index.numberOf('sts:AssumeRole')
  for (const { roles, resources } of model.accounts.values()) {
    for (const role of roles) if (mayBeAssumed(role)) nameAll(build, decider.policyFacts(role.trust, assume))
    for (const { type, policy, key } of resources) {
      for (const { granteePrincipal } of key?.grants ?? []) nameOne(build, granteePrincipal)
      if (policy === undefined) continue
      for (const { action } of accessTables[type].actions)
        nameAll(build, decider.policyFacts(policy, decider.index.numberOf(action)))
    }
  }
  for (const arn of groups.named.keys()) if (isUnreadRole(build, arn)) outsiders.named(arn)
}

const mayBeAssumed = ({ isServiceLinked }: Role): boolean => !isServiceLinked

function nameAll(build: Build, { arns, accounts }: PolicyFacts): void {
  for (const name of arns) nameOne(build, name)
  for (const id of accounts) if (!build.model.accounts.has(id)) build.outsiders.named(id)
}

function nameOne({ byArn, outsiders, model }: Build, name: string): void {
  if (byArn.has(name)) return
  const account = accountOfArn(name)
  // Accounts that the model holds have a node of their own already.
  if (account !== undefined && model.accounts.has(account) && /:root$/.test(name)) return
  outsiders.named(name)
}

/** Whether an ARN is that of a role of an account that could not be read. */
export function isUnreadRole({ model }: Build, arn: string): boolean {
  const account = model.accounts.get(accountOfArn(arn) ?? '')
  return account !== undefined && !account.isCollected && /^arn:[^:]+:iam::\d{12}:role\/[^*?$]+$/.test(arn)
}
