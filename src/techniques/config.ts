import type { Technique } from './technique.ts'

export const config: readonly Technique[] = [
  {
    id: 'config-901',
    name: 'Remediation with a runbook',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'act-as-api',
    via: 'config:PutRemediationConfigurations',
    requires: [
      { action: 'config:PutRemediationConfigurations', on: 'config:RemediationConfiguration' },
      { action: 'config:StartRemediationExecution', on: 'any', oneOf: 'way' },
      { action: 'config:StartConfigRulesEvaluation', on: 'config:ConfigRule', oneOf: 'way' },
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['ssm.amazonaws.com'] } },
    ],
    targetTrust: ['ssm.amazonaws.com'],
    cloudTrail: ['PutRemediationConfigurations', 'StartRemediationExecution'],
    mitre: ['T1651'],
    needsUnrecorded: 'config:DescribeConfigRules',
    binder: 'new-passrole',
  },
]
