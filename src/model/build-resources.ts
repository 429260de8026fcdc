import type { FactBins } from './fact-bins.ts'
import type { KeyAliasFact, ResourceFact } from './facts.ts'
import type { Gap, Resource } from './model.ts'
import { policyGap } from './problems.ts'
import type { SharedParts } from './shared-parts.ts'

/** The resources of an account, with the keys that encrypt them named by ARN as far as the account tells. */
export function buildResources(facts: FactBins, account: string, parts: SharedParts, gaps: Gap[]): Resource[] {
  const resources = facts.of('resource')
  const aliases = facts.of('key-alias')
  const [publicAccess] = facts.of('account-public-access')
  const keys = keyNames(resources, aliases)
  const aliasesOf = new Map<string, string[]>()
  for (const { name, keyId, region } of aliases) {
    const place = `${region} ${keyId}`
    aliasesOf.set(place, [...(aliasesOf.get(place) ?? []), name])
  }
  return resources.map((fact): Resource => {
    const { kind: _, policy: document, policyGap: gap, kmsKey, restrictPublicBuckets, key, region, ...rest } = fact
    const policy = document === undefined ? undefined : parts.intern(document, 'resource')
    if (policy !== undefined && policy.problems.length > 0) {
      const [service] = fact.type.split(':', 1)
      const source = {
        account,
        region: fact.type === 's3:bucket' ? undefined : region,
        service: service!,
        path: facts.pathOf(fact),
      }
      gaps.push(policyGap({ ...source, operation: policyOperation[fact.type] }, fact.arn, 'policy', policy))
    }
    const resolved = kmsKey === undefined ? undefined : (keys.get(`${region} ${kmsKey}`) ?? keys.get(kmsKey) ?? kmsKey)
    return {
      ...rest,
      account,
      ...(region !== undefined && { region }),
      ...(policy !== undefined && { policy: { name: fact.name, policy } }),
      ...(gap !== undefined && { policyGap: gap }),
      ...(resolved !== undefined && { kmsKey: resolved }),
      ...(fact.type === 's3:bucket' && {
        bucket: { restrictPublicBuckets: either(restrictPublicBuckets, publicAccess?.restrictPublicBuckets) },
      }),
      ...(key !== undefined && {
        key: {
          enabled: key.enabled,
          manager: key.manager,
          aliases: aliasesOf.get(`${region} ${key.id}`) ?? [],
          grants: key.grants,
          ...(key.grantsGap !== undefined && { grantsGap: key.grantsGap }),
        },
      }),
    }
  })
}

/** The call whose answer holds the policy. */
const policyOperation: Readonly<Record<ResourceFact['type'], string>> = {
  's3:bucket': 'GetBucketPolicy',
  'kms:key': 'GetKeyPolicy',
  'sqs:queue': 'GetQueueAttributes',
  'sns:topic': 'GetTopicAttributes',
  'secretsmanager:secret': 'GetResourcePolicy',
  'lambda:function': 'GetPolicy',
  'ecr:repository': 'GetRepositoryPolicy',
  'eks:cluster': 'DescribeCluster',
}

/** S3 User Guide, "Blocking public access": the strictest of the bucket's and the account's setting is in force. */
function either(left: boolean | undefined, right: boolean | undefined): boolean | undefined {
  if (left === true || right === true) return true
  return left === undefined || right === undefined ? undefined : false
}

/** Key ARNs by whatever a resource may call a key: region and id, region and alias, alias ARN. */
function keyNames(resources: readonly ResourceFact[], aliases: readonly KeyAliasFact[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const fact of resources) if (fact.key !== undefined) names.set(`${fact.region} ${fact.key.id}`, fact.arn)
  for (const { name, arn, keyId, region } of aliases) {
    const key = names.get(`${region} ${keyId}`)
    if (key === undefined) continue
    names.set(`${region} ${name}`, key)
    names.set(arn, key)
  }
  return names
}
