import { federatedCaller, gapText, identityResource, servicePrincipal } from '#src/evaluate/subjects.ts'
import type { Account, Role } from '#src/model/model.ts'
import { all, always, type Formula, gap, never } from '#src/policy/formula.ts'
import type { Build } from './build.ts'
import { callerOf } from './decider.ts'
import { nodeSet } from './hop-collector.ts'
import type { Step } from './label-maker.ts'
import type { PolicyFacts } from './policy-facts.ts'

const byService: Step = { technique: 'service', via: 'sts:AssumeRole' }
const byWebIdentity: Step = { technique: 'sts-901', via: 'sts:AssumeRoleWithWebIdentity' }
const bySaml: Step = { technique: 'sts-902', via: 'sts:AssumeRoleWithSAML' }
const byAssignment: Step = { technique: 'sso-assignment', via: 'sso:assignment' }

/** Providers that exist in every account without being made there (IAM User Guide, "AWS JSON policy elements: Principal"). */
const builtIn: ReadonlySet<string> = new Set([
  'cognito-identity.amazonaws.com',
  'www.amazon.com',
  'graph.facebook.com',
  'accounts.google.com',
])

/** Who gets a role without being a principal of some account: AWS services and callers of identity providers. */
export function addFederation(build: Build, account: Account): void {
  const { decider } = build
  const assume = decider.index.numberOf('sts:AssumeRole')
  const webIdentity = decider.index.numberOf('sts:AssumeRoleWithWebIdentity')
  const saml = decider.index.numberOf('sts:AssumeRoleWithSAML')
  for (const role of account.roles) {
    if (role.isServiceLinked) continue
    for (const service of decider.policyFacts(role.trust, assume).services) addService(build, account, role, service)
    addProviders(build, account, role, webIdentity, decider.policyFacts(role.trust, webIdentity))
    addProviders(build, account, role, saml, decider.policyFacts(role.trust, saml))
  }
}

function addService({ decider, labels, services, writer }: Build, account: Account, role: Role, service: string): void {
  let caller = services.get(service)
  if (caller === undefined) {
    caller = callerOf(writer.node(service, 'service', ''), servicePrincipal(service))
    services.set(service, caller)
  }
  const action = decider.index.numberOf('sts:AssumeRole')
  const label = labels.label(byService, decider.decide(caller, action, identityResource(role, account)))
  if (label !== undefined) writer.hop(caller.node, writer.find(role.arn)!, label)
}

function addProviders(build: Build, account: Account, role: Role, action: number, facts: PolicyFacts): void {
  const { decider, labels, writer } = build
  const isSaml = decider.index.actions[action] === 'sts:assumerolewithsaml'
  for (const provider of facts.providers) {
    const exists = existence(account, provider, isSaml)
    if (exists.kind === 'never') continue
    const node = writer.node(provider, 'provider', account.id)
    const caller = callerOf(node, federatedCaller(isSaml ? 'SAML' : 'WebIdentity', provider))
    const formula = all(exists, decider.decide(caller, action, identityResource(role, account)))
    const label = labels.label(isSaml ? bySaml : byWebIdentity, formula)
    if (label !== undefined) writer.hop(node, writer.find(role.arn)!, label)
  }
}

/** A provider must be there, in the account of the role; a trust that names another lets nobody in (6.6). */
export function existence(account: Account, provider: string, isSaml: boolean): Formula {
  if (!isSaml && builtIn.has(provider)) return always
  if (account.identityProviders.some(({ arn }) => arn === provider)) return always
  const operation = isSaml ? 'ListSAMLProviders' : 'ListOpenIDConnectProviders'
  const missing = account.gaps.find((one) => one.service === 'iam' && one.operation === operation)
  // The providers of Identity Center come with its roles, whether they were listed or not.
  if (isSaml && /:saml-provider\/AWSSSO_[0-9a-f]{16}_DO_NOT_DELETE$/.test(provider)) return always
  return missing === undefined ? never : gap(gapText(missing))
}

/** People of Identity Center get the reserved role of a permission set in each account to which it is assigned. */
export function addAssignments(build: Build): void {
  const { collector, labels, model, writer } = build
  const label = labels.label(byAssignment, always)!
  const assigned = new Map<number, Set<number>>()
  for (const { identityCenter } of model.accounts.values()) {
    if (identityCenter === undefined) continue
    const members = new Map(identityCenter.groups.map((group) => [group.id, group.members]))
    const names = new Map(identityCenter.permissionSets.map((set) => [set.arn, set.name]))
    for (const { id } of identityCenter.users) writer.node(personArn(id), 'person', '')
    for (const { account, permissionSet, principalType, principalId } of identityCenter.assignments) {
      const role = reservedRole(model.accounts.get(account), names.get(permissionSet))
      if (role === undefined) continue
      const to = writer.find(role.arn)!
      const persons = assigned.get(to) ?? new Set()
      assigned.set(to, persons)
      for (const person of principalType === 'USER' ? [principalId] : (members.get(principalId) ?? [])) {
        persons.add(writer.node(personArn(person), 'person', ''))
      }
    }
  }
  for (const [role, persons] of assigned) collector.add(nodeSet([...persons].sort((a, b) => a - b)), role, label)
  collector.flush()
}

export const personArn = (id: string): string => `arn:aws:identitystore:::user/${id}`

/** `AWSReservedSSO_<permission set>_<16 hexadecimal digits>` below `/aws-reserved/sso.amazonaws.com/`. */
export function reservedRole(account: Account | undefined, permissionSet: string | undefined): Role | undefined {
  if (account === undefined || permissionSet === undefined) return undefined
  const prefix = `AWSReservedSSO_${permissionSet}_`
  return account.roles.find(
    ({ name, path }) =>
      path.startsWith('/aws-reserved/sso.amazonaws.com/') &&
      name.startsWith(prefix) &&
      /^[0-9a-f]{16}$/.test(name.slice(prefix.length)),
  )
}
