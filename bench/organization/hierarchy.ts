import * as names from './names.ts'
import type { Plan, PlannedAccount } from './plan.ts'
import { allow, deny, type StatementJson } from './policies.ts'

interface Unit {
  readonly id: string
  readonly name: string
  readonly parent: string
}

interface OrganizationPolicy {
  readonly id: string
  readonly name: string
  readonly type: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY'
  readonly statements: readonly StatementJson[]
  readonly targets: string[]
}

/** The tree of units with its policies; puts every account in its place. */
export class Hierarchy {
  readonly #plan: Plan
  readonly units: Unit[] = []
  readonly policies: OrganizationPolicy[] = []
  /** A token in the name of roles that the unit of the audit account may not assume. */
  readonly guardedToken: string
  /** An account with a policy of its own. */
  readonly pinnedAccount: PlannedAccount

  constructor(plan: Plan) {
    this.#plan = plan
    this.guardedToken = names.token(plan.random)
    this.pinnedAccount = plan.random.pick(plan.ordinary)
    this.#growUnits()
    this.#writePolicies()
  }

  /** `o-x/r-x/ou-a/…/` of an account, as in `aws:PrincipalOrgPaths`; `depth` cuts it below the root. */
  path(account: PlannedAccount, depth = Number.POSITIVE_INFINITY): string {
    const ids: string[] = []
    for (let id = account.parent; id !== this.#plan.rootId; id = this.units.find((unit) => unit.id === id)!.parent)
      ids.unshift(id)
    return `${[this.#plan.organizationId, this.#plan.rootId, ...ids.slice(0, depth)].join('/')}/`
  }

  #unit(name: string, parent = this.#plan.rootId): string {
    const { random, rootId } = this.#plan
    const id = `ou-${rootId.slice(2)}-${random.text('0123456789abcdef', 8)}`
    this.units.push({ id, name, parent })
    return id
  }

  #growUnits(): void {
    const { random, accounts } = this.#plan
    const security = this.#unit('Security')
    const infrastructure = this.#unit('Infrastructure')
    const workloads = this.#unit('Workloads')
    const sandbox = this.#unit('Sandbox')
    const exceptions = this.#unit('Exceptions')
    const suspended = this.#unit('Suspended')
    const businesses = Array.from({ length: 1 + Math.floor(accounts.length / 40) }, () => {
      const parent = random.chance(0.3) ? this.#unit(`Division-${names.token(random, 3)}`, workloads) : workloads
      const business = this.#unit(`BU-${names.subject(random)}-${names.token(random, 3)}`, parent)
      return { prod: this.#unit('Prod', business), nonprod: this.#unit('NonProd', business) }
    })
    for (const account of accounts) {
      const business = random.pick(businesses)
      account.parent = {
        management: this.#plan.rootId,
        audit: security,
        cicd: infrastructure,
        prod: business.prod,
        nonprod: business.nonprod,
        sandbox,
        exceptions,
        suspended,
      }[account.kind]
    }
  }

  #writePolicies(): void {
    const { organizationId, rootId, regions, company, guarded, accounts } = this.#plan
    const unit = (name: string) => this.units.filter((each) => each.name === name).map((each) => each.id)
    const everywhere = [rootId, ...this.units.map((each) => each.id), ...accounts.map((account) => account.id)]
    const notExceptions = everywhere.filter((id) => !unit('Exceptions').includes(id))
    const notOurs = { 'aws:ResourceAccount': '${aws:PrincipalAccount}' }
    const outsiders = {
      StringNotEqualsIfExists: { 'aws:PrincipalOrgID': organizationId },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    }
    this.#scp('FullAWSAccess', notExceptions, allow('*', '*'))
    this.#rcp('RCPFullAWSAccess', everywhere, { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' })
    this.#scp('DenyLeaveOrganization', [rootId], deny('organizations:LeaveOrganization', '*'))
    this.#scp(
      'DenyRootUser',
      [...unit('Workloads'), ...unit('Sandbox'), ...unit('Infrastructure')],
      deny('*', '*', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } }),
    )
    this.#scp('DenyOutsideRegions', unit('Workloads'), {
      Effect: 'Deny',
      NotAction: ['iam:*', 'sts:*', 'organizations:*', 'route53:*', 'cloudfront:*', 'support:*', 'kms:*'],
      Resource: '*',
      Condition: {
        StringNotEquals: { 'aws:RequestedRegion': regions },
        ArnNotLike: { 'aws:PrincipalARN': 'arn:aws:iam::*:role/OrganizationAccountAccessRole' },
      },
    })
    this.#scp(
      'ProtectSecurityTooling',
      [rootId],
      deny(['cloudtrail:StopLogging', 'cloudtrail:DeleteTrail', 'guardduty:DeleteDetector'], '*', {
        ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/AWSControlTowerExecution' },
      }),
    )
    this.#scp('DenyAssumeBreakGlass', [rootId], deny('sts:AssumeRole', `arn:aws:iam::*:role/${guarded.breakGlass}-*`))
    this.#scp(
      'DenyNonProdToRestricted',
      unit('NonProd'),
      deny(['sts:AssumeRole', 'sts:TagSession'], `arn:aws:iam::*:role/${guarded.restricted}-*`, {
        ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::*:role/${guarded.release}-*` },
      }),
    )
    this.#scp('SandboxStaysHome', unit('Sandbox'), deny('sts:AssumeRole', '*', { StringNotEquals: notOurs }))
    this.#scp(
      'AllowListExceptions',
      unit('Exceptions'),
      allow(
        ['s3:*', 'ec2:*', 'lambda:*', 'logs:*', 'cloudwatch:*', 'sqs:*', 'sns:*', 'kms:*', 'iam:Get*', 'iam:List*'],
        '*',
      ),
    )
    this.#scp('DenyAll', unit('Suspended'), deny('*', '*'))
    this.#scp(
      'SandboxDataStaysHome',
      unit('Sandbox'),
      deny(
        [
          's3:GetObject',
          'sqs:ReceiveMessage',
          'sns:Publish',
          'secretsmanager:GetSecretValue',
          'kms:Decrypt',
          'lambda:InvokeFunction',
        ],
        '*',
        { StringNotEquals: notOurs },
      ),
    )
    this.#scp('NoShellInProd', unit('Prod'), deny(['ssm:SendCommand', 'ssm:StartSession'], '*'))
    this.#scp(
      'GuardSecurity',
      unit('Security'),
      deny('sts:AssumeRole', `arn:aws:iam::*:role/guarded-${this.guardedToken}-*`),
    )
    this.#scp(
      'PinnedAccount',
      [this.pinnedAccount.id],
      deny(['sts:AssumeRole', 'sts:AssumeRoleWithSAML'], `arn:aws:iam::*:role/pinned-${this.guardedToken}-*`),
    )
    this.#rcp('ClearedRolesNeedClearance', [rootId], {
      Effect: 'Deny',
      Principal: '*',
      Action: 'sts:AssumeRole',
      Resource: 'arn:aws:iam::*:role/cleared-*',
      Condition: {
        StringNotEqualsIfExists: { 'aws:PrincipalTag/clearance': 'vault' },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      },
    })
    const vault = `arn:aws:s3:::${company}-${guarded.vault}-*`
    this.#rcp('VaultNeedsClearance', [rootId], {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [vault, `${vault}/*`],
      Condition: {
        StringNotEqualsIfExists: { 'aws:PrincipalTag/clearance': 'vault' },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      },
    })
    this.#rcp('GitHubOnlyOurRepositories', unit('Workloads'), {
      Effect: 'Deny',
      Principal: '*',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Resource: '*',
      Condition: {
        StringNotLikeIfExists: { 'token.actions.githubusercontent.com:sub': `repo:${company}/*` },
        Null: { 'token.actions.githubusercontent.com:sub': 'false' },
      },
    })
    this.#rcp('OnlyOurOrganization', unit('Workloads'), {
      Effect: 'Deny',
      Principal: '*',
      Action: ['sts:AssumeRole', 's3:*', 'sqs:*', 'kms:*', 'secretsmanager:*'],
      Resource: '*',
      Condition: outsiders,
    })
  }

  #scp(name: string, targets: string[], ...statements: readonly StatementJson[]): void {
    this.#policy('SERVICE_CONTROL_POLICY', name, targets, statements)
  }

  #rcp(name: string, targets: string[], ...statements: readonly StatementJson[]): void {
    this.#policy('RESOURCE_CONTROL_POLICY', name, targets, statements)
  }

  #policy(
    type: OrganizationPolicy['type'],
    name: string,
    targets: string[],
    statements: readonly StatementJson[],
  ): void {
    const isAwsManaged = name.endsWith('FullAWSAccess')
    const id = isAwsManaged ? `p-${name}` : `p-${this.#plan.random.text('0123456789abcdef', 10)}`
    this.policies.push({ id, name, type, statements, targets })
  }
}

/** organization.json */
export function recordOrganization(plan: Plan, hierarchy: Hierarchy): Record<string, unknown> {
  const { organizationId, rootId, management } = plan
  const prefix = `arn:aws:organizations::${management.id}`
  const policyTypes = ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'].map((Type) => ({ Type, Status: 'ENABLED' }))
  const units = hierarchy.units.map(({ id, name, parent }) => ({
    Id: id,
    Arn: `${prefix}:ou/${organizationId}/${id}`,
    Name: name,
    parent,
  }))
  const accounts = plan.accounts.map((account) => ({
    parent: account.parent,
    Id: account.id,
    Arn: `${prefix}:account/${organizationId}/${account.id}`,
    Email: `aws+${account.name}@${plan.company}.example`,
    Name: account.name,
    Status: 'ACTIVE',
    State: 'ACTIVE',
    JoinedMethod: account === management ? 'INVITED' : 'CREATED',
    JoinedTimestamp: '2022-05-30T16:56:04+00:00',
  }))
  const below = <T extends { parent: string }>(list: readonly T[], parent: string) =>
    list.filter((each) => each.parent === parent).map(({ parent: _, ...rest }) => rest)
  const parents = [rootId, ...hierarchy.units.map(({ id }) => id)]
  const summary = (policy: OrganizationPolicy) => {
    const isAwsManaged = policy.id === `p-${policy.name}`
    const folder = policy.type.toLowerCase()
    return {
      Id: policy.id,
      Arn: isAwsManaged
        ? `arn:aws:organizations::aws:policy/${folder}/${policy.id}`
        : `${prefix}:policy/${organizationId}/${folder}/${policy.id}`,
      Name: policy.name,
      Description: '',
      Type: policy.type,
      AwsManaged: isAwsManaged,
    }
  }
  const policiesOf = (type: string) => hierarchy.policies.filter((policy) => policy.type === type).map(summary)
  const targets = new Map<string, { TargetId: string; Arn: string; Name: string; Type: string }>()
  targets.set(rootId, {
    TargetId: rootId,
    Arn: `${prefix}:root/${organizationId}/${rootId}`,
    Name: 'Root',
    Type: 'ROOT',
  })
  for (const { Id, Arn, Name } of units) targets.set(Id, { TargetId: Id, Arn, Name, Type: 'ORGANIZATIONAL_UNIT' })
  for (const { Id, Arn, Name } of accounts) targets.set(Id, { TargetId: Id, Arn, Name, Type: 'ACCOUNT' })
  return {
    DescribeOrganization: {
      Organization: {
        Id: organizationId,
        Arn: `${prefix}:organization/${organizationId}`,
        FeatureSet: 'ALL',
        MasterAccountArn: `${prefix}:account/${organizationId}/${management.id}`,
        MasterAccountId: management.id,
        AvailablePolicyTypes: policyTypes,
      },
    },
    ListRoots: { Roots: [{ Id: rootId, Arn: targets.get(rootId)!.Arn, Name: 'Root', PolicyTypes: policyTypes }] },
    ListOrganizationalUnitsForParent: byParent(parents, (id) => ({ OrganizationalUnits: below(units, id) })),
    ListAccountsForParent: byParent(parents, (id) => ({ Accounts: below(accounts, id) })),
    ListAccounts: { Accounts: accounts.map(({ parent: _, ...rest }) => rest) },
    ListPolicies: {
      SERVICE_CONTROL_POLICY: { Policies: policiesOf('SERVICE_CONTROL_POLICY') },
      RESOURCE_CONTROL_POLICY: { Policies: policiesOf('RESOURCE_CONTROL_POLICY') },
    },
    DescribePolicy: Object.fromEntries(
      hierarchy.policies.map((policy) => [
        policy.id,
        {
          Policy: {
            PolicySummary: summary(policy),
            Content: JSON.stringify({ Version: '2012-10-17', Statement: policy.statements }),
          },
        },
      ]),
    ),
    ListTargetsForPolicy: Object.fromEntries(
      hierarchy.policies.map((policy) => [policy.id, { Targets: policy.targets.map((id) => targets.get(id)!) }]),
    ),
    ListDelegatedAdministrators: { DelegatedAdministrators: [] },
    ListTagsForResource: Object.fromEntries(
      plan.accounts.map((account) => [account.id, { Tags: [{ Key: 'kind', Value: account.kind }] }]),
    ),
  }
}

function byParent(parents: readonly string[], answer: (id: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(parents.map((id) => [id, answer(id)]))
}
