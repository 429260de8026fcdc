import type { Account } from '#src/model/model.ts'
import { givenBy } from '../binding/collected.ts'
import { needsOf, placeOf } from '../binding/fill.ts'
import { trustFor } from '../binding/trust.ts'
import type { Binder } from '../technique.ts'
import { instancesOf } from './instance.ts'
import { tasksOf } from './task.ts'

/** A container that breaks out gets the role of its host. Which instances are hosts no snapshot records. */
export const containerHost: Binder = {
  *openings(technique, account, model) {
    const needs = needsOf(technique, placeOf(account, model), {})
    if (needs === undefined || tasksOf(account).length === 0) return
    for (const [role, resource] of hostRoles(account)) {
      const trust = trustFor('ec2.amazonaws.com', role, account)
      yield { technique, to: role, resource, needs, given: givenBy(technique, account), trust }
    }
  },
}

/** The role of a host gets the roles of the tasks on it, by speaking as its agent. */
export const hostTasks: Binder = {
  *openings(technique, account, model) {
    const needs = needsOf(technique, placeOf(account, model), {})
    if (needs === undefined) return
    const tasks = new Map(
      tasksOf(account).flatMap(({ role, arn }) => (role === undefined ? [] : [[role, arn] as const])),
    )
    for (const [from] of tasks.size === 0 ? [] : hostRoles(account)) {
      for (const [to, resource] of tasks) {
        const trust = trustFor('ecs-tasks.amazonaws.com', to, account)
        yield { technique, from, to, resource, needs, given: givenBy(technique, account), trust }
      }
    }
  },
}

/** Each role of an instance, with one instance that has it. */
const hostRoles = (account: Account): ReadonlyMap<string, string> =>
  new Map(instancesOf(account).flatMap(({ role, arn }) => (role === undefined ? [] : [[role, arn] as const])))
