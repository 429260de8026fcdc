import type { Fact } from '#src/model/facts.ts'
import type { Recorded } from '#src/snapshot/recorded.ts'
import { type Place, type Service, tagsIn } from '../service.ts'

/** Tasks: the role they run with, and whether commands can be run in them. */
export const ecs: Service = {
  name: 'ecs',
  scope: 'region',
  tells: 'which roles tasks run with',
  client: { name: 'ECSClient', load: () => import('@aws-sdk/client-ecs') },
  calls: [
    { operation: 'ListClusters', keep: 'clusterArns' },
    { operation: 'ListServices', each: 'ListClusters.clusterArns', as: ['cluster'], keep: 'serviceArns' },
    {
      operation: 'DescribeServices',
      each: 'ListServices.*.serviceArns',
      as: ['cluster', 'services'],
      batch: 10,
      keep: 'services { serviceArn serviceName clusterArn status taskDefinition roleArn enableExecuteCommand }',
    },
    { operation: 'ListTasks', each: 'ListClusters.clusterArns', as: ['cluster'], keep: 'taskArns' },
    {
      operation: 'DescribeTasks',
      each: 'ListTasks.*.taskArns',
      as: ['cluster', 'tasks'],
      batch: 100,
      input: { include: ['TAGS'] },
      keep: `tasks {
        taskArn clusterArn taskDefinitionArn group lastStatus launchType enableExecuteCommand containerInstanceArn
        overrides { taskRoleArn executionRoleArn } tags { key value }
      }`,
    },
    { operation: 'ListTaskDefinitions', keep: 'taskDefinitionArns' },
    {
      operation: 'DescribeTaskDefinition',
      // Tasks and services go on with definitions that are no longer listed.
      each: [
        'ListTaskDefinitions.taskDefinitionArns',
        'DescribeServices._.services.taskDefinition',
        'DescribeTasks._.tasks.taskDefinitionArn',
      ],
      as: ['taskDefinition'],
      keep: `taskDefinition {
        taskDefinitionArn family status taskRoleArn executionRoleArn containerDefinitions { name image privileged }
      }`,
    },
  ],
  operations: ['ListClusters', 'ListTasks', 'DescribeTasks', 'DescribeTaskDefinition'],
  *read(recorded, place): Iterable<Fact> {
    for (const cluster of recorded.get('ListClusters').get('clusterArns').items()) {
      const arn = cluster.arn()
      if (arn !== undefined) yield { kind: 'ecs-cluster', arn }
    }
    const definitions = recorded.get('DescribeTaskDefinition')
    for (const [cluster, answer] of recorded.get('DescribeTasks').entries()) {
      for (const task of answer.get('tasks').items()) {
        const arn = task.get('taskArn').arn()
        // A task that has stopped is listed for a while.
        if (arn === undefined || task.get('lastStatus').text() === 'STOPPED') continue
        const taskDefinition = task.get('taskDefinitionArn').arn()
        const group = task.get('group').text()
        const tags = task.get('tags')
        yield {
          kind: 'task',
          arn,
          region: place.region,
          tags: tags.exists ? tagsIn(tags) : undefined,
          cluster: task.get('clusterArn').text() ?? cluster,
          execEnabled: task.get('enableExecuteCommand').flag() ?? false,
          ...(taskDefinition !== undefined && { taskDefinition }),
          ...(group?.startsWith('service:') && { serviceName: group.slice('service:'.length) }),
          ...roleOf(task, taskDefinition, definitions, place),
        }
      }
    }
  },
}

/** An override of the task comes before its definition. */
function roleOf(task: Recorded, definition: string | undefined, definitions: Recorded, place: Place) {
  const override = task.get('overrides').get('taskRoleArn').text()
  if (override) return { role: roleArn(override, place) }
  if (definition === undefined) return { role: undefined }
  const described = definitions.get(definition)
  const gap = described.exists ? undefined : place.coverage.gap('DescribeTaskDefinition', definition)
  const role = described.get('taskDefinition').get('taskRoleArn').text()
  return { role: role ? roleArn(role, place) : undefined, ...(gap && { gap }) }
}

/** A task role may be registered by its bare name. */
function roleArn(role: string, { account, partition }: Place): string {
  return role.startsWith('arn:') ? role : `arn:${partition}:iam::${account}:role/${role}`
}
