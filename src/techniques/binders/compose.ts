import type { Role } from '#src/model/model.ts'
import { adminOf, isEditable, leavesAdministration, strongPolicies } from '../binding/administration.ts'
import { givenBy } from '../binding/collected.ts'
import { existing, needsOf, placeOf } from '../binding/fill.ts'
import { cloudformation } from '../cloudformation.ts'
import { codebuild } from '../codebuild.ts'
import { ec2 } from '../ec2.ts'
import { glue } from '../glue.ts'
import { lambda } from '../lambda.ts'
import { stepfunctions } from '../stepfunctions.ts'
import type { Binder, Need, Technique } from '../technique.ts'
import { functionBinder } from './function.ts'
import { instanceProfile } from './instance-profile.ts'
import { newPassrole } from './new-passrole.ts'

/** Techniques made of two: this one writes to a role, another one runs code with it. */

const catalogue = [...cloudformation, ...codebuild, ...ec2, ...glue, ...lambda, ...stepfunctions]
const pick = (...ids: readonly string[]): readonly Technique[] =>
  ids.map((id) => catalogue.find((one) => one.id === id)!)

const launchers = pick('lambda-001', 'glue-003', 'codebuild-001', 'cloudformation-001', 'stepfunctions-001')

/** The trust of any role is rewritten for a service that runs code, and the role passed to it. */
export const retrustAndPass: Binder = {
  *openings(technique, account, model, isWanted) {
    const place = placeOf(account, model)
    for (const role of account.roles.filter(isEditable)) {
      if (isWanted?.(role.arn) === false) continue
      const slots = { 'target-role': [existing(role.arn, role.tags)] }
      const [rewrite] = technique.requires.filter(({ action }) => action === 'iam:UpdateAssumeRolePolicy')
      for (const launcher of launchers) {
        const needs = needsOf({ requires: [...launcher.requires, rewrite!] }, place, slots)
        if (needs !== undefined) yield { technique, to: role.arn, needs, given: givenBy(technique, account) }
      }
    }
  },
}

const uses: readonly (readonly [Binder, readonly Technique[]])[] = [
  [newPassrole, launchers],
  [instanceProfile, pick('ec2-001')],
  [functionBinder, pick('lambda-003', 'lambda-004')],
]

/** A role that the caller can run code as is given an administrator's policies. */
export const strengthenCompute: Binder = {
  *openings(technique, account, model, isWanted) {
    const writes = technique.requires.filter(({ oneOf }) => oneOf === 'policy')
    const strong = strongPolicies(account, placeOf(account, model))
    const written = new Map<string, readonly (readonly Need[])[]>()
    for (const role of account.roles.filter(isWorthwhile)) {
      if (isWanted?.(role.arn) === false) continue
      const slots = { 'target-role': [existing(role.arn, role.tags)], 'strong-policy': strong }
      const needs = needsOf({ requires: writes }, placeOf(account, model), slots)
      if (needs !== undefined) written.set(role.arn, needs)
    }
    for (const [binder, techniques] of uses) {
      for (const use of techniques) {
        for (const opening of binder.openings!(use, account, model, (arn) => written.has(arn))) {
          const needs = written.get(opening.to)
          if (needs === undefined) continue
          const resource = opening.resource ?? opening.to
          yield { ...opening, technique, to: adminOf(account), resource, needs: [...needs, ...opening.needs] }
        }
      }
    }
  },
}

const isWorthwhile = (role: Role): boolean => isEditable(role) && leavesAdministration(role.boundary)
