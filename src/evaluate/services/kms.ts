import { all, always, any, atom, type Formula, never } from '#src/policy/formula.ts'
import { compilePrincipal, formOf } from '#src/policy/principal.ts'
import type { KmsGrant } from '../request.ts'
import type { Situation } from '../situation.ts'
import type { Trace } from '../statements.ts'

const cryptographic = new Set([
  'decrypt',
  'derivesharedsecret',
  'encrypt',
  'generatedatakey',
  'generatedatakeypair',
  'generatedatakeypairwithoutplaintext',
  'generatedatakeywithoutplaintext',
  'generatemac',
  'reencryptfrom',
  'reencryptto',
  'sign',
  'verify',
  'verifymac',
])

/** KMS Developer Guide, "Allowing users in other accounts to use a KMS key": all others fail, whatever both sides allow. */
const acrossAccounts = new Set([
  ...cryptographic,
  'creategrant',
  'describekey',
  'getkeyrotationstatus',
  'getpublickey',
  'listgrants',
  'retiregrant',
  'revokegrant',
])

/** What a key itself rules out, whoever asks. */
export function isKeyUsable({ action, target, isSameAccount, principal }: Situation): boolean {
  if (target.isDisabledKey && cryptographic.has(action.name)) return false
  if (isSameAccount || principal.kind === 'AWSService') return true
  return acrossAccounts.has(action.name) && !target.isAwsManagedKey
}

/**
 * KMS Developer Guide, "Grants in AWS KMS": beside key and identity policies, for the named grantee and operations, without
 * any policy. A grant with constraints holds for requests that meet them: with the right encryption context. A grant to an
 * account is its administrators' to hand on: there the caller's `own` policies must allow.
 */
export function grantedByKmsGrant(situation: Situation, own: () => Formula, trace?: Trace): Formula {
  const { kmsGrants = [], arn } = situation.target
  const usable = kmsGrants.map((grant) => useGrant(grant, situation, own))
  for (const when of usable) {
    if (when.kind !== 'never') trace?.push({ layer: 'kms-grant', effect: 'Allow', policy: arn, statement: -1, when })
  }
  return any(...usable)
}

function useGrant(grant: KmsGrant, { action, caller }: Situation, own: () => Formula): Formula {
  const { granteePrincipal, operations, isConstrained } = grant
  if (!operations.some((operation) => operation.toLowerCase() === action.name)) return never
  const grantee = compilePrincipal({ AWS: [granteePrincipal], Service: [granteePrincipal] })
  const form = formOf({ ...grantee, isAnyone: false }, caller)
  if (form === undefined) return never
  const constraints = isConstrained ? atom('Null', 'kms:EncryptionContextKeys', ['false']) : always
  return form === 'account' ? all(constraints, own()) : constraints
}
