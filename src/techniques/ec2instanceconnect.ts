import type { Technique } from './technique.ts'

export const ec2instanceconnect: readonly Technique[] = [
  {
    id: 'ec2instanceconnect-003',
    name: 'Push an SSH key with Instance Connect',
    category: 'existing-passrole',
    status: 'working',
    severity: 'high',
    grants: 'code-as',
    via: 'ec2-instance-connect:SendSSHPublicKey',
    requires: [{ action: 'ec2-instance-connect:SendSSHPublicKey', on: 'target-instance' }],
    targetTrust: ['ec2.amazonaws.com'],
    cloudTrail: ['SendSSHPublicKey'],
    mitre: ['T1021.008', 'T1021.004', 'T1552.005'],
    doubt: 'The SSH port must be reachable, which IAM data does not show.',
    binder: 'instance',
  },
]
