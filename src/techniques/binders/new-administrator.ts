import type { Account } from '#src/model/model.ts'
import { adminOf, makesAdministrator, strongPolicies } from '../binding/administration.ts'
import { givenBy } from '../binding/collected.ts'
import { existing, needsOf, placeOf } from '../binding/fill.ts'
import { assumptionOf } from '../binding/trust.ts'
import type { Binder, Context, Need, NeedResource } from '../technique.ts'

/** A new role or user of the caller's making, without a boundary or with one that does not bind. */
export const newAdministrator: Binder = {
  *openings(technique, account, model) {
    const place = placeOf(account, model)
    const strong = strongPolicies(account, place)
    const needs = needsOf(technique, place, { 'strong-policy': strong, 'strong-group': strongGroups(account) })
    if (needs === undefined) return
    const given = givenBy(technique, account)
    const role = needs.flat().find(({ action }) => action === 'iam:CreateRole')?.resource
    const assumption = role === undefined ? [] : [assumptionOf(role)]
    for (const boundary of [[], strong.map(arnOf)]) {
      yield {
        technique,
        to: adminOf(account),
        needs: [...needs.map((group) => group.map((need) => under(need, boundary))), ...assumption],
        given,
      }
    }
  },
}

/** Writes that see the boundary of the identity they write to (service authorization reference of IAM). */
const seesBoundary: ReadonlySet<string> = new Set([
  'iam:CreateRole',
  'iam:AttachRolePolicy',
  'iam:PutRolePolicy',
  'iam:CreateUser',
  'iam:AttachUserPolicy',
  'iam:PutUserPolicy',
])

function under(need: Need, boundary: readonly string[]): Need {
  if (!seesBoundary.has(need.action)) return need
  const context: Context = { ...need.context, 'iam:PermissionsBoundary': boundary }
  return { ...need, context }
}

const arnOf = (resource: NeedResource): string => (resource.kind === 'existing' ? resource.arn : '')

/** Groups whose members are administrators. */
const strongGroups = ({ groups }: Account): readonly NeedResource[] =>
  groups
    .filter(({ policies }) => policies.some(({ policy }) => makesAdministrator(policy)))
    .map(({ arn }) => existing(arn))
