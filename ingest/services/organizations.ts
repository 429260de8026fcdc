import type { OrganizationAccountFact, OrganizationFacts, OrganizationPolicyFact, UnitFact } from '#src/model/facts.ts'
import type { Coverage } from '#src/snapshot/coverage.ts'
import { isAccountId } from '#src/snapshot/layout.ts'
import type { Recorded } from '#src/snapshot/recorded.ts'
import { type Asked, tagsIn } from '../service.ts'

/** AWS Organizations: operations whose answers are read. */
export const organizationOperations = [
  'DescribeOrganization',
  'ListRoots',
  'ListAccounts',
  'ListOrganizationalUnitsForParent',
  'ListAccountsForParent',
  'ListPolicies',
  'DescribePolicy',
  'ListTargetsForPolicy',
  'ListTagsForResource',
] as const

const policyTypes = { scp: 'SERVICE_CONTROL_POLICY', rcp: 'RESOURCE_CONTROL_POLICY' } as const

const parents = ['ListRoots.Roots.Id', 'ListOrganizationalUnitsForParent._.OrganizationalUnits.Id']
const policies = 'ListPolicies._.Policies.Id'
const oneAccount = `Id Arn Name State Status JoinedMethod JoinedTimestamp`

/** What is asked of AWS Organizations: once, of the account that the walk starts from. */
export const organizations: Asked = {
  name: 'organizations',
  tells: 'which accounts there are, and what service and resource control policies forbid',
  client: { name: 'OrganizationsClient', load: () => import('@aws-sdk/client-organizations') },
  calls: [
    {
      operation: 'DescribeOrganization',
      keep: `Organization {
        Id Arn FeatureSet MasterAccountArn MasterAccountId AvailablePolicyTypes { Type Status }
      }`,
    },
    { operation: 'ListRoots', keep: 'Roots { Id Arn Name PolicyTypes { Type Status } }' },
    { operation: 'ListAccounts', keep: `Accounts { ${oneAccount} }` },
    {
      operation: 'ListOrganizationalUnitsForParent',
      each: parents,
      as: ['ParentId'],
      keep: 'OrganizationalUnits { Id Arn Name }',
    },
    { operation: 'ListAccountsForParent', each: parents, as: ['ParentId'], keep: `Accounts { ${oneAccount} }` },
    {
      operation: 'ListPolicies',
      values: Object.values(policyTypes),
      as: ['Filter'],
      keep: 'Policies { Id Arn Name Type AwsManaged }',
    },
    {
      operation: 'DescribePolicy',
      each: policies,
      as: ['PolicyId'],
      keep: 'Policy { PolicySummary { Id Arn Name Type AwsManaged } Content }',
    },
    {
      operation: 'ListTargetsForPolicy',
      each: policies,
      as: ['PolicyId'],
      keep: 'Targets { TargetId Arn Name Type }',
    },
    {
      operation: 'ListTagsForResource',
      each: 'ListAccounts.Accounts.Id',
      as: ['ResourceId'],
      keep: 'Tags { Key Value }',
    },
    {
      operation: 'ListDelegatedAdministrators',
      keep: 'DelegatedAdministrators { Id Arn Name Status DelegationEnabledDate }',
    },
    {
      operation: 'ListDelegatedServicesForAccount',
      each: 'ListDelegatedAdministrators.DelegatedAdministrators.Id',
      as: ['AccountId'],
      keep: 'DelegatedServices { ServicePrincipal DelegationEnabledDate }',
    },
    {
      operation: 'ListAWSServiceAccessForOrganization',
      keep: 'EnabledServicePrincipals { ServicePrincipal DateEnabled }',
    },
    {
      operation: 'DescribeResourcePolicy',
      keep: 'ResourcePolicy { ResourcePolicySummary { Id Arn } Content }',
      none: ['ResourcePolicyNotFoundException'],
    },
  ],
}

export function isOrganization(document: unknown): boolean {
  if (typeof document !== 'object' || document === null) return false
  return ['DescribeOrganization', 'ListAccounts', 'ListRoots'].some((operation) => Object.hasOwn(document, operation))
}

/** The organization in its recorded answers. `coverage` tells an empty answer from one that was refused. */
export function readOrganization(recorded: Recorded, coverage: Coverage): OrganizationFacts {
  const organization = recorded.get('DescribeOrganization').get('Organization')
  const roots = recorded.get('ListRoots').get('Roots')
  const named = namesInArns(recorded)
  return {
    id: organization.get('Id').text() ?? named?.id,
    managementAccountId:
      organization.get('MasterAccountId').text() ??
      organization.get('ManagementAccountId').text() ??
      named?.managementAccountId,
    units: [...unitsIn(recorded)],
    accounts: accountsIn(recorded),
    areAccountsListed: recorded.get('ListAccounts').isObject || coverage.gap('ListAccounts') === undefined,
    policies: [...policiesIn(recorded, 'scp', coverage), ...policiesIn(recorded, 'rcp', coverage)],
    hasScps: isEnabled('scp', roots, organization),
    hasRcps: isEnabled('rcp', roots, organization),
    unlisted: (['scp', 'rcp'] as const).filter((type) => {
      const isListed = recorded.get('ListPolicies').has(policyTypes[type])
      return !isListed && coverage.gap('ListPolicies', policyTypes[type]) !== undefined
    }),
  }
}

/** Each ARN of Organizations names the organization and its management account; the call that says so may be refused. */
function namesInArns(recorded: Recorded): { readonly id: string; readonly managementAccountId: string } | undefined {
  const [root] = recorded.get('ListRoots').get('Roots').items()
  const [account] = recorded.get('ListAccounts').get('Accounts').items()
  for (const entry of [root, account]) {
    const match = /^arn:[^:]+:organizations::(\d{12}):\w+\/(o-[^/]+)\//.exec(entry?.get('Arn').text() ?? '')
    if (match !== null) return { managementAccountId: match[1]!, id: match[2]! }
  }
  return undefined
}

function* unitsIn(recorded: Recorded): Iterable<UnitFact> {
  for (const root of recorded.get('ListRoots').get('Roots').items()) {
    const id = root.get('Id').requiredText()
    if (id !== undefined) yield { id, name: root.get('Name').text() ?? id, parent: undefined }
  }
  for (const [parent, answer] of recorded.get('ListOrganizationalUnitsForParent').entries()) {
    for (const unit of answer.get('OrganizationalUnits').items()) {
      const id = unit.get('Id').requiredText()
      if (id !== undefined) yield { id, name: unit.get('Name').text() ?? id, parent }
    }
  }
}

function accountsIn(recorded: Recorded): readonly OrganizationAccountFact[] {
  const parents = new Map<string, string>()
  const listed: Recorded[] = [...recorded.get('ListAccounts').get('Accounts').items()]
  for (const [parent, answer] of recorded.get('ListAccountsForParent').entries()) {
    for (const account of answer.get('Accounts').items()) {
      const id = account.get('Id').text()
      if (id !== undefined) parents.set(id, parent)
      listed.push(account)
    }
  }
  const accounts = new Map<string, OrganizationAccountFact>()
  for (const account of listed) {
    const id = account.get('Id').requiredText()
    if (id === undefined || accounts.has(id)) continue
    if (!isAccountId(id)) account.get('Id').complain('an account id')
    else {
      const tags = tagsIn(recorded.get('ListTagsForResource').get(id).get('Tags'))
      accounts.set(id, { id, name: account.get('Name').text() ?? id, parent: parents.get(id), tags })
    }
  }
  return [...accounts.values()]
}

function* policiesIn(
  recorded: Recorded,
  type: OrganizationPolicyFact['type'],
  coverage: Coverage,
): Iterable<OrganizationPolicyFact> {
  for (const policy of recorded.get('ListPolicies').get(policyTypes[type]).get('Policies').items()) {
    const id = policy.get('Id').requiredText()
    if (id === undefined) continue
    const targets = recorded.get('ListTargetsForPolicy').get(id)
    const areKnown = targets.exists || coverage.gap('ListTargetsForPolicy', id) === undefined
    yield {
      id,
      name: policy.get('Name').text() ?? id,
      type,
      document: recorded.get('DescribePolicy').get(id).get('Policy').get('Content').raw,
      targets: areKnown
        ? targets
            .get('Targets')
            .items()
            .flatMap((target) => target.get('TargetId').requiredText() ?? [])
        : undefined,
    }
  }
}

/** The root tells which types are enabled; the organization's own list is older and may be all there is. */
function isEnabled(type: OrganizationPolicyFact['type'], roots: Recorded, organization: Recorded): boolean | undefined {
  const list = roots.items()[0]?.get('PolicyTypes')
  const enabled = list?.exists ? list : organization.get('AvailablePolicyTypes')
  if (!enabled.exists) return undefined
  return enabled
    .items()
    .some((entry) => entry.get('Type').text() === policyTypes[type] && entry.get('Status').text() === 'ENABLED')
}
