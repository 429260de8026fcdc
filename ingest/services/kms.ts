import type { Fact } from '#src/model/facts.ts'
import type { KmsGrant } from '#src/model/model.ts'
import type { Recorded } from '#src/snapshot/recorded.ts'
import { gapIn, type Service } from '../service.ts'

const keys = 'ListKeys.Keys.KeyId'
/** Deleted since it was listed. */
const gone = ['NotFoundException']

/** Keys: policy, grants, aliases, state. */
export const kms: Service = {
  name: 'kms',
  scope: 'region',
  tells: 'who may use which key',
  client: { name: 'KMSClient', load: () => import('@aws-sdk/client-kms') },
  calls: [
    { operation: 'ListKeys', input: { Limit: 1000 }, keep: 'Keys { KeyId KeyArn }' },
    { operation: 'ListAliases', keep: 'Aliases { AliasName AliasArn TargetKeyId }' },
    {
      operation: 'DescribeKey',
      each: keys,
      as: ['KeyId'],
      keep: 'KeyMetadata { KeyId Arn KeyState Enabled KeyManager KeyUsage KeySpec Origin MultiRegion CreationDate }',
      none: gone,
    },
    {
      operation: 'GetKeyPolicy',
      each: keys,
      as: ['KeyId'],
      input: { PolicyName: 'default' },
      keep: 'Policy PolicyName',
      none: gone,
    },
    {
      operation: 'ListGrants',
      each: keys,
      as: ['KeyId'],
      keep: `Grants {
        GrantId Name KeyId GranteePrincipal RetiringPrincipal IssuingAccount CreationDate Operations
        Constraints { EncryptionContextSubset { * } EncryptionContextEquals { * } }
      }`,
      none: gone,
    },
  ],
  operations: ['ListKeys', 'ListAliases', 'DescribeKey', 'GetKeyPolicy', 'ListGrants'],
  *read(recorded, { region, coverage }): Iterable<Fact> {
    const policies = recorded.get('GetKeyPolicy')
    const grants = recorded.get('ListGrants')
    for (const listed of recorded.get('ListKeys').get('Keys').items()) {
      const arn = listed.get('KeyArn').arn()
      const id = listed.get('KeyId').requiredText()
      if (arn === undefined || id === undefined) continue
      const described = recorded.get('DescribeKey').get(id).get('KeyMetadata')
      const policy = policies.get(id).get('Policy')
      const policyGap = gapIn(recorded, 'GetKeyPolicy', id, coverage)
      const grantsGap = gapIn(recorded, 'ListGrants', id, coverage)
      yield {
        kind: 'resource',
        type: 'kms:key',
        arn,
        name: id,
        region,
        tags: undefined,
        ...(policy.exists && { policy: policy.raw }),
        ...(policyGap && { policyGap }),
        key: {
          id,
          enabled: isEnabled(described),
          manager: described.get('KeyManager').text() === 'AWS' ? 'AWS' : 'CUSTOMER',
          grants: grants.get(id).get('Grants').items().flatMap(grantIn),
          ...(grantsGap && { grantsGap }),
        },
      }
    }
    for (const alias of recorded.get('ListAliases').get('Aliases').items()) {
      const name = alias.get('AliasName').requiredText()
      const arn = alias.get('AliasArn').arn()
      // Aliases of services that were never used have no key yet.
      const keyId = alias.get('TargetKeyId').text()
      if (name !== undefined && arn !== undefined && keyId !== undefined) {
        yield { kind: 'key-alias', name, arn, keyId, region }
      }
    }
  },
}

/** A key of which nothing is described is taken as usable: the answer may not turn to `no` for want of a call. */
function isEnabled(described: Recorded): boolean {
  const state = described.get('KeyState').text()
  if (state !== undefined) return state === 'Enabled'
  return described.get('Enabled').flag() ?? true
}

function grantIn(grant: Recorded): readonly KmsGrant[] {
  const granteePrincipal = grant.get('GranteePrincipal').requiredText()
  if (granteePrincipal === undefined) return []
  const operations = grant
    .get('Operations')
    .items()
    .flatMap((operation) => operation.text() ?? [])
  const isConstrained =
    grant.get('Constraints').exists && Object.keys(grant.get('Constraints').raw as object).length > 0
  return [{ granteePrincipal, operations, ...(isConstrained && { isConstrained }) }]
}
