import type { Account, Model, Role } from '#src/model/model.ts'
import { all, always, atom, type Formula } from '#src/policy/formula.ts'
import { adminOf, isEditable, strongPolicies } from '../binding/administration.ts'
import { givenBy, unlessCollected } from '../binding/collected.ts'
import { doubtKey } from '../binding/doubt.ts'
import { existing, needsOf, placeOf, type Slots } from '../binding/fill.ts'
import { rolesTrusting } from '../binding/trust.ts'
import type { Binder, Opening, Requirement, Technique, TrustNeed } from '../technique.ts'

/** Whoever controls an identity provider of the account says who its callers are: every role that trusts it follows. */
export const provider: Binder = {
  *openings(technique, account, model) {
    const kind = technique.requires.some(({ action }) => action === 'iam:UpdateSAMLProvider') ? 'saml' : 'oidc'
    for (const one of account.identityProviders) {
      if (one.kind !== kind) continue
      const needs = needsOf(technique, placeOf(account, model), { provider: [existing(one.arn)] })
      if (needs === undefined) continue
      for (const role of rolesTrusting(account, one.arn)) {
        const given = all(
          givenBy(technique, account),
          belongsToIdentityCenter(one.arn) ? mayBeRefused(technique) : always,
        )
        yield { technique, to: role.arn, resource: one.arn, needs, given, trust: federatedTrust(one.arn, kind, role) }
      }
    }
  },
}

/** The provider of Identity Center is said to be protected as its roles are; the documentation does not say so. */
const belongsToIdentityCenter = (arn: string): boolean => /:saml-provider\/AWSSSO_[0-9a-f]{16}_DO_NOT_DELETE$/.test(arn)

const mayBeRefused = ({ id }: Technique): Formula => atom('StringEquals', doubtKey, [id])

const federatedTrust = (arn: string, kind: 'saml' | 'oidc', role: Role): TrustNeed => ({
  service: arn,
  role: role.arn,
  actions: [kind === 'saml' ? 'sts:AssumeRoleWithSAML' : 'sts:AssumeRoleWithWebIdentity'],
  choosesClaims: true,
})

/** A provider of the caller's own: a role is rewritten to trust it, or made to trust it and given an administrator's policies. */
export const rogueProvider: Binder = {
  *openings(technique, account, model) {
    const open = function* (to: string, slots: Slots, more: readonly Requirement[] = []): Generator<Opening> {
      const requires = [...technique.requires, ...more]
      const needs = needsOf({ requires }, placeOf(account, model), slots)
      if (needs !== undefined) yield { technique, to, needs, given: givenBy(technique, account) }
    }
    for (const role of account.roles.filter(isEditable)) {
      yield* open(role.arn, { 'target-role': [existing(role.arn, role.tags)], 'iam:role': [] })
    }
    yield* open(
      adminOf(account),
      { 'target-role': [], 'strong-policy': strongPolicies(account, placeOf(account, model)) },
      policyWrites,
    )
  },
}

const policyWrites: readonly Requirement[] = [
  { action: 'iam:PutRolePolicy', on: 'iam:role', oneOf: 'policy' },
  {
    action: 'iam:AttachRolePolicy',
    on: 'iam:role',
    oneOf: 'policy',
    context: { 'iam:PolicyARN': ['{strong-policy}'] },
  },
]

/** Roles whose trust still names a provider that is gone: making it again lets its callers in. */
export const danglingProvider: Binder = {
  *openings(technique, account, model) {
    for (const role of account.roles) {
      if (role.isServiceLinked) continue
      for (const arn of federatedIn(role)) yield* dangling(technique, arn, role, account, model)
    }
  },
}

function* dangling(technique: Technique, arn: string, role: Role, account: Account, model: Model): Generator<Opening> {
  const kind = kindOf(arn, account)
  if (kind === undefined || account.identityProviders.some((one) => one.arn === arn)) return
  // The provider of Identity Center comes with its roles, whether it was listed or not.
  if (belongsToIdentityCenter(arn)) return
  const unlisted = unlessCollected(
    account,
    model,
    'iam',
    kind === 'saml' ? 'ListSAMLProviders' : 'ListOpenIDConnectProviders',
  )
  const action = kind === 'saml' ? 'iam:CreateSAMLProvider' : 'iam:CreateOpenIDConnectProvider'
  const requires = technique.requires.filter((requirement) => requirement.action === action)
  const needs = needsOf({ requires }, placeOf(account, model), { 'dangling-provider': [existing(arn)] })
  if (needs === undefined) return
  // The metadata of a SAML provider are the caller's own; tokens of an OIDC issuer come from whoever runs the issuer.
  const issued = kind === 'saml' ? always : mayBeRefused(technique)
  const listed = unlisted.kind === 'never' ? always : unlisted
  const given = all(givenBy(technique, account), listed, issued)
  yield { technique, to: role.arn, resource: arn, needs, given, trust: federatedTrust(arn, kind, role) }
}

function kindOf(arn: string, { id }: Account): 'saml' | 'oidc' | undefined {
  const [, , service, , owner, resource] = arn.split(':')
  if (service !== 'iam' || owner !== id) return undefined
  if (resource?.startsWith('saml-provider/')) return 'saml'
  return resource?.startsWith('oidc-provider/') ? 'oidc' : undefined
}

function federatedIn({ trust: { policy } }: Role): ReadonlySet<string> {
  const names = policy.statements.flatMap(({ effect, principal }) =>
    effect === 'Allow' && typeof principal === 'object' ? (principal.Federated ?? []) : [],
  )
  return new Set(names)
}
