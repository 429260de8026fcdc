import type { Technique } from './technique.ts'

export const stepfunctions: readonly Technique[] = [
  {
    id: 'stepfunctions-001',
    name: 'State machine with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'act-as-api',
    via: 'states:CreateStateMachine',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['states.amazonaws.com'] } },
      { action: 'states:CreateStateMachine', on: 'states:statemachine' },
      { action: 'states:StartExecution', on: 'states:statemachine', oneOf: 'way' },
      { action: 'states:StartSyncExecution', on: 'states:statemachine', oneOf: 'way' },
    ],
    targetTrust: ['states.amazonaws.com'],
    cloudTrail: ['CreateStateMachine', 'StartExecution'],
    mitre: ['T1648', 'T1078.004'],
    binder: 'new-passrole',
  },
  {
    id: 'stepfunctions-901',
    name: 'Test a single state with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'act-as-api',
    via: 'states:TestState',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['states.amazonaws.com'] } },
      { action: 'states:TestState', on: 'any' },
    ],
    targetTrust: ['states.amazonaws.com'],
    cloudTrail: ['TestState'],
    mitre: ['T1648'],
    binder: 'new-passrole',
  },
]
