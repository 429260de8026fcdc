import type { Fact } from '#src/model/facts.ts'
import type { Service } from '../service.ts'

/** Instances that Systems Manager can send commands to. */
export const ssm: Service = {
  name: 'ssm',
  scope: 'region',
  tells: 'on which instances commands can be run',
  client: { name: 'SSMClient', load: () => import('@aws-sdk/client-ssm') },
  calls: [
    {
      operation: 'DescribeInstanceInformation',
      input: { MaxResults: 50 },
      keep: 'InstanceInformationList { InstanceId PingStatus ResourceType IamRole PlatformType ComputerName }',
    },
  ],
  readsAbsence: true,
  operations: ['DescribeInstanceInformation'],
  *read(recorded, { region, coverage }): Iterable<Fact> {
    const answer = recorded.get('DescribeInstanceInformation')
    if (!answer.exists && coverage.gap('DescribeInstanceInformation') !== undefined) {
      yield { kind: 'managed-instance', region, id: undefined, isOnline: undefined }
      return
    }
    for (const instance of answer.get('InstanceInformationList').items()) {
      const id = instance.get('InstanceId').requiredText()
      if (id === undefined) continue
      const role = instance.get('IamRole').text()
      const isOnline = instance.get('PingStatus').text() === 'Online'
      yield { kind: 'managed-instance', region, id, isOnline, ...(role && { role }) }
    }
  },
}
