import type { Technique } from './technique.ts'

export const emrserverless: readonly Technique[] = [
  {
    id: 'emrserverless-001',
    name: 'EMR Serverless application and job with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'code-as',
    via: 'emr-serverless:CreateApplication',
    requires: [
      {
        action: 'iam:PassRole',
        on: 'target-role',
        context: { 'iam:PassedToService': ['emr-serverless.amazonaws.com'] },
      },
      { action: 'emr-serverless:CreateApplication', on: 'any' },
      { action: 'emr-serverless:StartJobRun', on: 'emr-serverless:application' },
    ],
    targetTrust: ['emr-serverless.amazonaws.com'],
    cloudTrail: ['CreateApplication', 'StartJobRun'],
    mitre: ['T1648'],
    binder: 'new-passrole',
  },
  {
    id: 'emrserverless-901',
    name: 'Job on an existing application with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'code-as',
    via: 'emr-serverless:StartJobRun',
    requires: [
      {
        action: 'iam:PassRole',
        on: 'target-role',
        context: { 'iam:PassedToService': ['emr-serverless.amazonaws.com'] },
      },
      { action: 'emr-serverless:StartJobRun', on: 'emr-serverless:application', oneOf: 'way' },
      { action: 'emr-serverless:AccessInteractiveEndpoints', on: 'emr-serverless:application', oneOf: 'way' },
    ],
    targetTrust: ['emr-serverless.amazonaws.com'],
    cloudTrail: ['StartJobRun'],
    mitre: ['T1648'],
    needsUnrecorded: 'emr-serverless:ListApplications',
    binder: 'new-passrole',
  },
]
