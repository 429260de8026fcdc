import type { Technique } from './technique.ts'

export const servicecatalog: readonly Technique[] = [
  {
    id: 'servicecatalog-902',
    name: 'Change a product or its launch constraint',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'act-as-api',
    via: 'servicecatalog:CreateProvisioningArtifact',
    requires: [
      { action: 'servicecatalog:CreateProvisioningArtifact', on: 'servicecatalog:Product', oneOf: 'way' },
      { action: 'servicecatalog:CreateProduct', on: 'servicecatalog:Product', oneOf: 'way' },
      { action: 'servicecatalog:ProvisionProduct', on: 'servicecatalog:Product' },
    ],
    targetTrust: ['servicecatalog.amazonaws.com'],
    cloudTrail: ['CreateProvisioningArtifact', 'CreateConstraint', 'ProvisionProduct'],
    mitre: ['T1078.004'],
    needsUnrecorded: 'servicecatalog:ListLaunchPaths',
    binder: 'new-passrole',
  },
]
