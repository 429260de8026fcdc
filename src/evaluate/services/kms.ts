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
 * any policy. A grant with constraints holds for requests that meet them: with the right encryption context.
 */
export function grantedByKmsGrant(situation: Situation, identity: Formula, trace?: Trace): Formula {
  const grants = situation.target.kmsGrants ?? []
  if (grants.length === 0) return never
  return any(...grants.map((grant) => useGrant(grant, situation, identity, trace)))
}

function useGrant(grant: KmsGrant, situation: Situation, identity: Formula, trace: Trace | undefined): Formula {
  const { action, caller, principal } = situation
  if (!grant.operations.some((operation) => operation.toLowerCase() === action.name)) return never
  const names = compilePrincipal({ AWS: [grant.granteePrincipal], Service: [grant.granteePrincipal] })
  const form = formOf({ ...names, isAnyone: false }, caller)
  if (form === undefined) return never
  const constraints = grant.isConstrained ? atom('Null', 'kms:EncryptionContextKeys', ['false']) : always
  // A grant to an account is its administrators' to hand on, by identity policies.
  const when = form === 'account' && principal.kind !== 'RootUser' ? all(constraints, identity) : constraints
  if (when.kind !== 'never') {
    trace?.push({ layer: 'kms-grant', effect: 'Allow', policy: situation.target.arn, statement: -1, when })
  }
  return when
}
