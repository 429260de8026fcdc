import type { Account, Compute, Model } from '#src/model/model.ts'
import { all, type Formula } from '#src/policy/formula.ts'
import { gapFormula, gapsOf, givenBy } from '../binding/collected.ts'
import { anew, existing, needsOf, placeOf } from '../binding/fill.ts'
import { couldTrust, rolesTrusting, trustFor } from '../binding/trust.ts'
import type { Binder, NeedResource, Opening, Technique } from '../technique.ts'

export type Task = Extract<Compute, { kind: 'task' }>

const service = 'ecs-tasks.amazonaws.com'

/** A shell in a running task is its task role; only where the task was started with ECS Exec. */
export const task: Binder = {
  *openings(technique, account, model) {
    for (const machine of tasksOf(account)) {
      if (!machine.execEnabled) continue
      const target = targetOf(machine)
      if (machine.role !== undefined) yield* open(technique, account, model, target, [machine.role])
      else if (machine.gap !== undefined) {
        yield* open(technique, account, model, target, taskRoles(account), gapFormula(machine.gap))
      }
    }
    for (const gap of gapsOf(account, model, 'ecs', ['ListClusters', 'ListTasks', 'DescribeTasks'])) {
      const target = somewhere(account, model, gap.region)
      yield* open(technique, account, model, target, taskRoles(account), gapFormula(gap))
    }
  },
  *closedOpenings(technique, { to }, account, model) {
    if (!couldTrust(account, to, service)) return
    for (const machine of tasksOf(account)) {
      if ((machine.role === to && machine.execEnabled) || machine.gap !== undefined) continue
      const reason =
        machine.role === to
          ? 'the task was started without ECS Exec'
          : machine.role === undefined
            ? 'the task runs without a task role'
            : `the task runs with ${machine.role}`
      for (const opening of open(technique, account, model, targetOf(machine), [to])) {
        yield { ...opening, closedBy: { layer: 'binding', reason } }
      }
    }
  },
}

export const tasksOf = ({ compute }: Account): readonly Task[] =>
  compute.filter((machine): machine is Task => machine.kind === 'task')

const taskRoles = (account: Account): readonly string[] => rolesTrusting(account, service).map(({ arn }) => arn)

interface Target {
  readonly task: NeedResource
  readonly cluster: NeedResource
}

const targetOf = ({ arn, tags, cluster }: Task): Target => ({ task: existing(arn, tags), cluster: existing(cluster) })

function somewhere(account: Account, model: Model, region = '*'): Target {
  const place = placeOf(account, model)
  return {
    task: anew('ecs:task', place, `arn:{partition}:ecs:${region}:{account}:task/*/*`),
    cluster: anew('ecs:cluster', place, `arn:{partition}:ecs:${region}:{account}:cluster/*`),
  }
}

function* open(
  technique: Technique,
  account: Account,
  model: Model,
  target: Target,
  roles: readonly string[],
  unless?: Formula,
): Generator<Opening> {
  const slots = { 'target-task': [target.task], 'task-cluster': [target.cluster] }
  const needs = needsOf(technique, placeOf(account, model), slots)
  if (needs === undefined) return
  for (const role of roles) {
    yield {
      technique,
      to: role,
      ...(target.task.kind === 'existing' && { resource: target.task.arn }),
      needs,
      given: unless === undefined ? givenBy(technique, account) : all(givenBy(technique, account), unless),
      trust: trustFor(service, role, account),
    }
  }
}
