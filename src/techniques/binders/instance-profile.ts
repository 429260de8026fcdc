import type { Account, Role } from '#src/model/model.ts'
import { anew, existing, type Place, placeOf, type Slots } from '../binding/fill.ts'
import type { Binder, Need, NeedResource, Opening } from '../technique.ts'
import { passings } from './new-passrole.ts'

/** Passing a role to a new instance: it goes in an instance profile that holds the role, or that is made to hold it. */
export const instanceProfile: Binder = {
  *openings(technique, account, model, isWanted) {
    const place = placeOf(account, model)
    yield* passings(
      technique,
      account,
      model,
      {},
      (role) => (profilesOf(account, role).length > 0 ? [slots(account, role)] : []),
      isWanted,
    )
    const makings = makingsOf(account, place)
    for (const { needs: making, profiles } of makings) {
      const inNew = passings(
        technique,
        account,
        model,
        { 'instance-profile': profiles },
        (role) => (profilesOf(account, role).length === 0 ? [{}] : []),
        isWanted,
      )
      for (const opening of inNew) yield { ...opening, needs: [...opening.needs, ...making] }
    }
  },
  *closedOpenings(technique, { to }, account, model): Iterable<Opening> {
    const place = placeOf(account, model)
    const anyProfile = { 'instance-profile': [anew('iam:instance-profile', place)] }
    const bare = passings(technique, account, model, anyProfile, (role) =>
      role.arn === to && profilesOf(account, role).length === 0 ? [{}] : [],
    )
    for (const opening of bare) {
      yield { ...opening, closedBy: { layer: 'binding', reason: 'no instance profile holds the role' } }
    }
  },
}

export const profilesOf = ({ instanceProfiles }: Account, { arn }: Pick<Role, 'arn'>) =>
  instanceProfiles.filter(({ roles }) => roles.includes(arn))

const slots = (account: Account, role: Role): Slots => ({
  'instance-profile': profilesOf(account, role).map(({ arn }) => existing(arn)),
})

interface Making {
  readonly profiles: readonly NeedResource[]
  readonly needs: readonly (readonly Need[])[]
}

/** Ways to get a role into an instance profile: make one, fill an empty one, swap the role of another (a profile holds one role). */
function makingsOf({ instanceProfiles }: Account, place: Place): readonly Making[] {
  const fresh = anew('iam:instance-profile', place)
  const empty = instanceProfiles.filter(({ roles }) => roles.length === 0).map(({ arn }) => existing(arn))
  const makings: Making[] = [
    {
      profiles: [fresh],
      needs: [[on('iam:CreateInstanceProfile', fresh)], [on('iam:AddRoleToInstanceProfile', fresh)]],
    },
  ]
  if (empty.length > 0) {
    makings.push({ profiles: empty, needs: [empty.map((profile) => on('iam:AddRoleToInstanceProfile', profile))] })
  }
  if (instanceProfiles.length > empty.length) {
    makings.push({
      profiles: [fresh],
      needs: [[on('iam:RemoveRoleFromInstanceProfile', fresh)], [on('iam:AddRoleToInstanceProfile', fresh)]],
    })
  }
  return makings
}

const on = (action: string, resource: NeedResource): Need => ({ action, resource })
