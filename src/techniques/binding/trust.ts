import type { Account, Role } from '#src/model/model.ts'
import type { PrincipalElement } from '#src/policy/policy.ts'
import type { Context, Need, NeedResource, TrustNeed } from '../technique.ts'

/**
 * Roles whose trust policy could let the service (or identity provider) in: a first look that leaves out only what surely
 * does not; the evaluator decides. Never service-linked roles: nobody passes them.
 */
export function rolesTrusting(account: Account, service: string): readonly Role[] {
  const index = indexes.get(account) ?? buildIndex(account)
  indexes.set(account, index)
  const { named, open } = index
  const naming = named.get(service)
  return naming === undefined ? open : [...naming, ...open]
}

export const couldTrust = (account: Account, role: string, service: string): boolean =>
  rolesTrusting(account, service).some(({ arn }) => arn === role)

/** The trust of `role` for a service that acts for something of the same account. Without a context the same object each time. */
export function trustFor(service: string, role: string, account: Account, context?: Context): TrustNeed {
  if (context !== undefined) return makeTrust(service, role, account, context)
  if (last?.account !== account) last = { account, trusts: new Map() }
  const key = `${service} ${role}`
  let trust = last.trusts.get(key)
  if (trust === undefined) last.trusts.set(key, (trust = makeTrust(service, role, account, context)))
  return trust
}

/** Those of the account asked about last: thousands of openings share them. */
let last: { readonly account: Account; readonly trusts: Map<string, TrustNeed> } | undefined

const makeTrust = (service: string, role: string, account: Account, context?: Context): TrustNeed => ({
  service,
  role,
  ...(actionsOf[service] && { actions: actionsOf[service] }),
  context: { 'aws:SourceAccount': [account.id], ...context },
})

/**
 * Assumption of a role whose trust policy the caller has written: within the account no Allow of his own is needed any more, but
 * a Deny on his side, SCPs and the RCPs on the role stay in force.
 */
export const assumptionOf = (role: NeedResource): readonly Need[] =>
  role.kind === 'any' ? [] : [{ action: 'sts:AssumeRole', resource: { ...role, trustsCaller: true } }]

/** Services that do more than assume the role. */
const actionsOf: Readonly<Record<string, readonly string[]>> = {
  // EKS User Guide, "Create IAM role with trust policy required by EKS Pod Identity".
  'pods.eks.amazonaws.com': ['sts:AssumeRole', 'sts:TagSession'],
  'capabilities.eks.amazonaws.com': ['sts:AssumeRole', 'sts:TagSession'],
  // Roles Anywhere User Guide, "Trust model": it sets the source identity too.
  'rolesanywhere.amazonaws.com': ['sts:AssumeRole', 'sts:SetSourceIdentity'],
  'cognito-identity.amazonaws.com': ['sts:AssumeRoleWithWebIdentity'],
}

interface TrustIndex {
  readonly named: ReadonlyMap<string, readonly Role[]>
  /** Roles with a principal of `*`, a negated one, or a statement that could not be read. */
  readonly open: readonly Role[]
}

const indexes = new WeakMap<Account, TrustIndex>()

function buildIndex({ roles }: Account): TrustIndex {
  const named = new Map<string, Role[]>()
  const open: Role[] = []
  for (const role of roles) {
    if (role.isServiceLinked) continue
    const names = namesIn(role)
    if (names === 'anybody') open.push(role)
    else {
      for (const name of names) {
        const known = named.get(name)
        if (known === undefined) named.set(name, [role])
        else known.push(role)
      }
    }
  }
  return { named, open }
}

function namesIn({ trust: { policy } }: Role): ReadonlySet<string> | 'anybody' {
  const names = new Set<string>()
  if (policy.problems.some(({ statement }) => statement === undefined)) return 'anybody'
  for (const { effect, principal, notPrincipal, unreadable } of policy.statements) {
    if (effect !== 'Allow') continue
    if (unreadable || notPrincipal !== undefined || isAnybody(principal)) return 'anybody'
    if (principal === undefined) continue
    for (const name of [...(principal.Service ?? []), ...(principal.Federated ?? [])]) names.add(name)
  }
  return names
}

const isAnybody = (principal: PrincipalElement | undefined): principal is '*' =>
  principal === '*' || principal?.AWS?.includes('*') === true
