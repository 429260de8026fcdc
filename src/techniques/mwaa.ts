import type { Technique } from './technique.ts'

export const mwaa: readonly Technique[] = [
  {
    id: 'mwaa-902',
    name: 'New or updated Airflow environment with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'code-as',
    via: 'airflow:CreateEnvironment',
    requires: [
      {
        action: 'iam:PassRole',
        on: 'target-role',
        context: { 'iam:PassedToService': ['airflow.amazonaws.com', 'airflow-env.amazonaws.com'] },
      },
      { action: 'airflow:CreateEnvironment', on: 'airflow:environment', oneOf: 'way' },
      { action: 'airflow:UpdateEnvironment', on: 'airflow:environment', oneOf: 'way' },
    ],
    targetTrust: ['airflow.amazonaws.com', 'airflow-env.amazonaws.com'],
    cloudTrail: ['CreateEnvironment', 'UpdateEnvironment'],
    mitre: ['T1578.002'],
    binder: 'new-passrole',
  },
]
