import type { Technique } from './technique.ts'

export const organizations: readonly Technique[] = [
  {
    id: 'organizations-908',
    name: 'Use the default access role of member accounts',
    category: 'organization',
    status: 'working',
    severity: 'critical',
    grants: 'become',
    via: 'sts:AssumeRole',
    requires: [{ action: 'sts:AssumeRole', on: 'sts:role' }],
    targetTrust: [],
    cloudTrail: ['AssumeRole'],
    mitre: ['T1078.004', 'T1199'],
    binder: 'assume-role',
  },
]
