import type { Account, Role, WorkloadIdentity } from './model.ts'

export interface Issuer {
  /** ARN of the cluster. */
  readonly cluster: string
  /** Without scheme. */
  readonly issuer: string
}

/**
 * EKS User Guide, "IAM roles for service accounts": a role goes to the service accounts that its trust policy names as
 * subjects of the OIDC provider of a cluster. The provider must exist in the role's account. Patterns stay patterns.
 */
export function workloadIdentitiesOf(account: Account, issuers: readonly Issuer[]): WorkloadIdentity[] {
  const found: WorkloadIdentity[] = []
  for (const { arn, url, kind } of account.identityProviders) {
    const clusters = kind === 'oidc' ? issuers.filter(({ issuer }) => issuer === url) : []
    if (clusters.length === 0) continue
    for (const role of account.roles) {
      for (const subject of subjectsOf(role, arn, url!)) {
        const [namespace, serviceAccount] = subject.slice(prefix.length).split(':', 2)
        if (namespace === undefined || serviceAccount === undefined) continue
        for (const { cluster, issuer } of clusters) {
          found.push({ cluster, mechanism: 'IRSA', namespace, serviceAccount, role: role.arn, issuer })
        }
      }
    }
  }
  return found
}

const prefix = 'system:serviceaccount:'

function subjectsOf(role: Role, provider: string, url: string): ReadonlySet<string> {
  const subjects = new Set<string>()
  for (const { effect, principal, conditions } of role.trust.policy.statements) {
    if (effect !== 'Allow' || principal === undefined || principal === '*') continue
    if (principal.Federated?.includes(provider) !== true) continue
    for (const { operator, key, values } of conditions) {
      if (key.toLowerCase() !== `${url}:sub`.toLowerCase() || !/(^|:)String(Equals|Like)/.test(operator)) continue
      for (const value of values) if (value.startsWith(prefix)) subjects.add(value)
    }
  }
  return subjects
}
