import type { Account, Model, Role } from '#src/model/model.ts'
import { givenBy } from '../binding/collected.ts'
import { existing, needsOf, placeOf, type Slots } from '../binding/fill.ts'
import type { Binder, Opening, Technique } from '../technique.ts'

/** Identity Center gives people the reserved roles of all accounts: whoever administers it hands them out. */
export const identityCenter: Binder = {
  leadsElsewhere: true,
  *openings(technique, account, model) {
    if (account.identityCenter === undefined) return
    for (const { slots, to } of targets(technique, account, model)) {
      const needs = needsOf(technique, placeOf(account, model), slots)
      if (needs !== undefined) yield { technique, to, needs, given: givenBy(technique, account) } satisfies Opening
    }
  },
}

interface Target {
  readonly to: string
  readonly slots: Slots
}

function* targets({ requires }: Technique, account: Account, model: Model): Generator<Target> {
  const { instanceArn, identityStoreId, permissionSets, groups, users, assignments } = account.identityCenter!
  const asks = (slot: string) => requires.some(({ on }) => on === slot)
  const partition = model.snapshot.partition
  if (asks('permission-set')) {
    for (const { arn, name } of permissionSets) {
      for (const [id, { roles }] of model.accounts) {
        const role = reservedRole(roles, name)
        if (role === undefined) continue
        const target = existing(`arn:${partition}:sso:::account/${id}`)
        const slots = {
          'identity-center': [existing(instanceArn)],
          'permission-set': [existing(arn)],
          'assigned-account': [target],
        }
        yield { to: role.arn, slots }
      }
    }
  } else if (asks('identity-center-group')) {
    const names = new Map(permissionSets.map(({ arn, name }) => [arn, name]))
    for (const { account: id, permissionSet, principalType, principalId } of assignments) {
      const role = reservedRole(model.accounts.get(id)?.roles ?? [], names.get(permissionSet))
      if (principalType !== 'GROUP' || role === undefined || !groups.some((group) => group.id === principalId)) continue
      const group = existing(`arn:${partition}:identitystore:::group/${principalId}`)
      yield { to: role.arn, slots: { 'identity-center-group': [group] } }
    }
  } else {
    const store = existing(`arn:${partition}:identitystore::${account.id}:identitystore/${identityStoreId}`)
    for (const { id } of users) yield { to: `arn:aws:identitystore:::user/${id}`, slots: { 'identity-store': [store] } }
  }
}

/** `AWSReservedSSO_<permission set>_<16 hexadecimal digits>` below `/aws-reserved/sso.amazonaws.com/`. */
function reservedRole(roles: readonly Role[], permissionSet: string | undefined): Role | undefined {
  if (permissionSet === undefined) return undefined
  const prefix = `AWSReservedSSO_${permissionSet}_`
  return roles.find(
    ({ name, path }) =>
      path.startsWith('/aws-reserved/sso.amazonaws.com/') &&
      name.startsWith(prefix) &&
      /^[0-9a-f]{16}$/.test(name.slice(prefix.length)),
  )
}
