import type { Fact } from '#src/model/facts.ts'
import { type Service, tagsIn } from '../service.ts'

/** Instances: state, tags, instance profile. */
export const ec2: Service = {
  name: 'ec2',
  scope: 'region',
  tells: 'which roles instances run with',
  client: { name: 'EC2Client', load: () => import('@aws-sdk/client-ec2') },
  calls: [
    {
      operation: 'DescribeInstances',
      input: { MaxResults: 1000 },
      keep: `Reservations { OwnerId Instances {
        InstanceId State { Name } IamInstanceProfile { Arn Id } Tags { Key Value } PublicIpAddress
        MetadataOptions { HttpTokens HttpEndpoint HttpPutResponseHopLimit }
      } }`,
    },
    {
      operation: 'DescribeIamInstanceProfileAssociations',
      input: { MaxResults: 1000 },
      keep: 'IamInstanceProfileAssociations { AssociationId InstanceId State IamInstanceProfile { Arn Id } }',
    },
    {
      operation: 'DescribeInstanceAttribute',
      each: 'DescribeInstances.Reservations.Instances.InstanceId',
      as: ['InstanceId'],
      input: { Attribute: 'userData' },
      // Whether there is any; what is in it is never kept.
      keep: 'UserData { Value? }',
      none: ['InvalidInstanceID.NotFound'],
    },
    {
      operation: 'DescribeVpcEndpoints',
      keep: 'VpcEndpoints { VpcEndpointId VpcEndpointType VpcId ServiceName State PolicyDocument }',
    },
  ],
  operations: ['DescribeInstances', 'DescribeIamInstanceProfileAssociations'],
  *read(recorded, { account, region, partition }): Iterable<Fact> {
    const associated = new Map<string, string>()
    const associations = recorded.get('DescribeIamInstanceProfileAssociations').get('IamInstanceProfileAssociations')
    for (const association of associations.items()) {
      const id = association.get('InstanceId').requiredText()
      const profile = association.get('IamInstanceProfile').get('Arn').arn()
      const state = association.get('State').text() ?? 'associated'
      if (id !== undefined && profile !== undefined && state.startsWith('associat')) associated.set(id, profile)
    }
    for (const reservation of recorded.get('DescribeInstances').get('Reservations').items()) {
      const owner = reservation.get('OwnerId').text() ?? account
      for (const instance of reservation.get('Instances').items()) {
        const id = instance.get('InstanceId').requiredText()
        if (id === undefined) continue
        const profile = instance.get('IamInstanceProfile')
        yield {
          kind: 'instance',
          arn: `arn:${partition}:ec2:${region}:${owner}:instance/${id}`,
          id,
          region,
          tags: tagsIn(instance.get('Tags')),
          state: instance.get('State').get('Name').text() ?? 'unknown',
          instanceProfile: (profile.exists ? profile.get('Arn').arn() : undefined) ?? associated.get(id),
        }
      }
    }
  },
}
