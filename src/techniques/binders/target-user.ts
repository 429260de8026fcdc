import type { Account, Model, User } from '#src/model/model.ts'
import { all, always, any, atom, type Formula, never } from '#src/policy/formula.ts'
import { givenBy, isAskedFor, notCollected, unlessCollected } from '../binding/collected.ts'
import { doubtKey } from '../binding/doubt.ts'
import { existing, needsOf, placeOf } from '../binding/fill.ts'
import type { Binder, Opening, Requirement, Technique } from '../technique.ts'

/** New credentials of another user of the account, where the user has room for them. */
export const targetUser: Binder = {
  *openings(technique, account, model, isWanted) {
    const place = placeOf(account, model)
    const open = function* (user: User, given: Formula, more: readonly Requirement[] = []): Generator<Opening> {
      if (given.kind === 'never') return
      const requires = [...technique.requires, ...more]
      const needs = needsOf({ requires }, place, { 'target-user': [existing(user.arn, user.tags)] })
      if (needs !== undefined) yield { technique, to: user.arn, needs, given: all(givenBy(technique, account), given) }
    }
    for (const user of account.users) {
      if (isWanted?.(user.arn) === false) continue
      const room = roomOf(technique, user, account, model)
      if (technique.id !== 'iam-006') yield* open(user, room)
      else {
        yield* open(user, all(room, withoutMfa(technique, user)))
        if (user.mfaDevices !== 0) yield* open(user, room, [deactivateMfa])
      }
    }
  },
}

/** Whether the user can take the credential. */
function roomOf({ id }: Technique, user: User, account: Account, model: Model): Formula {
  const keysUnknown = unlessCollected(account, model, 'iam', 'ListAccessKeys', user.name)
  switch (id) {
    case 'iam-002': // a user has at most two access keys
      if (user.accessKeys.length >= 2) return never
      // Authorization details alone say nothing of keys, and nearly every user has room for one.
      return keysUnknown.kind === 'never' || !isAskedFor(model, 'iam') ? always : keysUnknown
    case 'iam-003':
      return user.accessKeys.length >= 2 || keysUnknown.kind !== 'never' ? always : never
    case 'iam-004':
      return hasPassword(user, false)
    case 'iam-006':
      return hasPassword(user, true)
    case 'iam-911':
      return user.accessKeys.some(({ status }) => status === 'Inactive') ? always : keysUnknown
    default:
      return always
  }
}

function hasPassword({ hasLoginProfile, account, name }: User, wanted: boolean): Formula {
  if (hasLoginProfile === undefined) return notCollected([account], `iam:GetLoginProfile ${name}`)
  return hasLoginProfile === wanted ? always : never
}

const deactivateMfa: Requirement = { action: 'iam:DeactivateMFADevice', on: 'target-user' }

/** A new password alone does not sign in where a second factor is asked for: it takes the device too. */
function withoutMfa({ id }: Technique, { mfaDevices, account, name }: User): Formula {
  if (mfaDevices === 0) return always
  const held = atom('StringEquals', doubtKey, [id])
  return mfaDevices === undefined ? any(held, notCollected([account], `iam:ListMFADevices ${name}`)) : held
}
