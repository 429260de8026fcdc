import { managedArn } from '../aws-managed.ts'
import type { Expected } from '../expected.ts'
import * as names from '../names.ts'
import type { PlannedAccount } from '../plan.ts'
import { organizationOnly } from '../plan.ts'
import { allow, trust } from '../policies.ts'
import type { World } from './assume-role.ts'
import { trustSaml } from './identity-center.ts'

/** Relations that hold for every account: the pipeline deploys, the auditor reads, operations administer. */
export function plantStructure({ plan }: World, expected: Expected): void {
  const { random } = plan
  const collected = plan.accounts.filter(({ isCollected }) => isCollected)
  const [cicd] = plan.accountsOf('cicd')
  if (cicd) {
    const runner = plan.role(cicd, { path: '/cicd/', name: 'pipeline-runner', service: 'codebuild.amazonaws.com' })
    plan.grantInline(runner, allow(['sts:AssumeRole', 'sts:TagSession'], 'arn:aws:iam::*:role/cicd/deploy'))
    const externalId = `${plan.company}-${random.text('0123456789abcdef', 12)}`
    let requiring = 0
    for (const account of collected) {
      const wantsId = random.chance(0.6)
      if (wantsId) requiring++
      deployRole(account, runner.arn, wantsId ? externalId : undefined)
    }
    expected.structural.push({
      kind: 'hub-deploys-to-every-account',
      from: runner.arn,
      toPattern: 'arn:aws:iam::*:role/cicd/deploy',
      count: collected.length,
      requiringExternalId: requiring,
      externalId,
    })
  }
  const [audit] = plan.accountsOf('audit')
  if (audit) {
    const auditor = organizationRole(audit, 'org-auditor')
    plan.grantInline(auditor, allow('sts:AssumeRole', 'arn:aws:iam::*:role/security/audit-read'))
    for (const account of collected) {
      const reader = plan.role(account, { path: '/security/', name: 'audit-read' })
      reader.trust.push(trust({ AWS: auditor.arn }, organizationOnly(plan)))
      reader.attached.push(managedArn('ReadOnlyAccess'), managedArn('SecurityAudit'))
    }
    expected.structural.push({
      kind: 'auditor-reads-every-account',
      from: auditor.arn,
      toPattern: 'arn:aws:iam::*:role/security/audit-read',
      count: collected.length,
    })
  }
  const operations = organizationRole(plan.management, 'org-operations')
  plan.grantInline(
    operations,
    allow('sts:AssumeRole', 'arn:aws:iam::*:role/OrganizationAccountAccessRole'),
    allow('organizations:*', '*'),
  )
  expected.structural.push({
    kind: 'management-reaches-every-member',
    from: operations.arn,
    toPattern: 'arn:aws:iam::*:role/OrganizationAccountAccessRole',
    count: collected.length - 1,
  })

  function organizationRole(account: PlannedAccount, name: string) {
    account.samlProvider ??= `AWSSSO_${names.token(random, 16)}_DO_NOT_DELETE`
    const role = plan.role(account, { name })
    role.trust.push(trustSaml(account))
    return role
  }

  function deployRole(account: PlannedAccount, from: string, externalId: string | undefined) {
    const role = plan.role(account, { path: '/cicd/', name: 'deploy' })
    role.tags.team = 'platform'
    role.trust.push(
      trust({ AWS: from }, externalId === undefined ? undefined : { StringEquals: { 'sts:ExternalId': externalId } }),
    )
    role.attached.push(managedArn('PowerUserAccess'))
    const boundary = `arn:aws:iam::${account.id}:policy/boundaries/WorkloadBoundary`
    plan.grantInline(
      role,
      allow(['iam:CreateRole', 'iam:PutRolePolicy', 'iam:AttachRolePolicy'], `arn:aws:iam::${account.id}:role/app/*`, {
        StringEquals: { 'iam:PermissionsBoundary': boundary },
      }),
      allow(['iam:PassRole', 'iam:GetRole'], `arn:aws:iam::${account.id}:role/app/*`),
    )
  }
}

/** What the collector was refused: the suspended accounts, and one call elsewhere. */
export function plantGaps({ plan }: World, expected: Expected): void {
  const refuse = (account: PlannedAccount, region: string | null, service: string, operation: string, code: string) => {
    const message = `User: arn:aws:sts::${account.id}:assumed-role/audit-read/collector is not authorized to perform: ${service}:${operation}`
    account.errors.push({ ...(region !== null && { region }), service, operation, code, message })
    expected.coverage.push({ account: account.id, region, service, operation, code, wholeAccount: service === 'iam' })
  }
  for (const account of plan.accounts) {
    if (!account.isCollected) refuse(account, null, 'iam', 'GetAccountAuthorizationDetails', 'AccessDenied')
  }
  const elsewhere = plan.random.pick(plan.accountsOf('sandbox', 'exceptions', 'nonprod'))
  refuse(elsewhere, plan.region(), 'ecr', 'DescribeRepositories', 'AccessDeniedException')
}
