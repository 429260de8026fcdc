import { canBeIssued, claimOf, isPublicClaim } from './public-issuers.ts'
import { requestParameters } from './request-parameters.ts'

/**
 * Who knows a condition key (aws-evaluation §10; IAM User Guide, "AWS global condition context keys").
 *
 * - `snapshot`: follows from what was collected (ARNs, tags, organization).
 * - `requester`: whoever makes the request writes it: a role session name, a region, request tags and parameters.
 * - `environment`: a secret or the surroundings of the request; no snapshot tells it, and the requester does not choose it.
 * - `service`: set by an AWS service that makes the call or issued the credentials; absent for everybody else.
 * - `issuer`: a claim that an identity provider signs.
 */
export type KeyClass = 'snapshot' | 'requester' | 'environment' | 'service' | 'issuer'

export type KeyType = 'text' | 'boolean' | 'number' | 'date' | 'address'

export interface KeyFact {
  readonly who: KeyClass
  readonly type: KeyType
  /** In every request to which the key belongs: an absent key need not be thought of. */
  readonly isAlwaysPresent: boolean
  /** How many values it can have at once, as far as this is known. */
  readonly holds: 'one' | 'several' | 'unknown'
  /** What the service accepts as a value, for keys that the requester chooses. */
  readonly accepts: ((value: string) => boolean) | undefined
  /** What `accepts` says is all there is: a value that it refuses occurs in no request. */
  readonly isStrict: boolean
  /** Ordinary values, to choose from where a condition only excludes some. */
  readonly others: readonly string[]
}

/** Keys are compared without regard to case, the part after a slash included. */
export function factOf(key: string): KeyFact {
  const lower = key.toLowerCase()
  let fact = cache.get(lower)
  if (fact === undefined) {
    fact = find(lower)
    if (cache.size > 10_000) cache.clear()
    cache.set(lower, fact)
  }
  return fact
}

/** Whether a key can have a value in any request at all. */
export function canOccur(key: string, value: string): boolean {
  const { accepts, isStrict } = factOf(key)
  return isStrict && accepts !== undefined ? accepts(value) : canBeIssued(key, value)
}

export const isChosenByRequester = (key: string): boolean => {
  const { who } = factOf(key)
  return who === 'requester' || (who === 'issuer' && isPublicClaim(key))
}

const cache = new Map<string, KeyFact>()

interface Row {
  readonly who: KeyClass
  readonly type?: KeyType
  readonly always?: true
  readonly multi?: true
  readonly accepts?: (value: string) => boolean
  readonly strict?: true
  readonly others?: readonly string[]
}

/** STS API reference: RoleSessionName and SourceIdentity. */
const sessionName = (value: string): boolean => /^[\w+=,.@-]{2,64}$/.test(value)
const duration = (value: string): boolean => /^\d+$/.test(value) && Number(value) >= 900 && Number(value) <= 43_200
const tagKey = (value: string): boolean => value.length >= 1 && value.length <= 128
const tagValue = (value: string): boolean => value.length <= 256
const regionName = (value: string): boolean => /^[a-z]+(-[a-z]+)+-\d+$/.test(value)
const serviceName = (value: string): boolean => /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(value)

const regions = [
  ...['us-east-1', 'eu-west-1', 'us-west-2', 'eu-central-1', 'us-east-2', 'us-west-1', 'eu-west-2', 'eu-west-3'],
  ...[
    'eu-north-1',
    'eu-south-1',
    'eu-south-2',
    'eu-central-2',
    'ca-central-1',
    'ca-west-1',
    'mx-central-1',
    'sa-east-1',
  ],
  ...['ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-7'],
  ...['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-south-2', 'ap-east-1', 'ap-east-2'],
  ...['me-south-1', 'me-central-1', 'il-central-1', 'af-south-1'],
  ...['cn-north-1', 'cn-northwest-1', 'us-gov-west-1', 'us-gov-east-1'],
]

const snapshot: Row = { who: 'snapshot' }
const chosen: Row = { who: 'requester' }
const environment: Row = { who: 'environment' }
const service: Row = { who: 'service' }

/** A key ending in `/` or `:` stands for all that begin so. */
const rows: ReadonlyMap<string, Row> = new Map(
  Object.entries<Row>({
    'aws:principalarn': snapshot,
    'aws:principalaccount': { who: 'snapshot', always: true },
    'aws:principalorgid': snapshot,
    'aws:principalorgpaths': { who: 'snapshot', multi: true },
    'aws:principaltag/': snapshot,
    'aws:principaltype': snapshot,
    'aws:userid': snapshot,
    'aws:username': snapshot,
    'aws:principalisawsservice': { who: 'snapshot', type: 'boolean' },
    'aws:principalservicename': service,
    'aws:principalservicenameslist': { who: 'service', multi: true },
    'aws:resourceaccount': snapshot,
    'aws:resourceorgid': snapshot,
    'aws:resourceorgpaths': { who: 'snapshot', multi: true },
    'aws:resourcetag/': snapshot,
    'aws:requesttag/': { who: 'requester', accepts: tagValue },
    'aws:tagkeys': { who: 'requester', multi: true, accepts: tagKey },
    'aws:sourceip': { who: 'environment', type: 'address' },
    'aws:vpcsourceip': { who: 'environment', type: 'address' },
    'aws:sourcevpc': environment,
    'aws:sourcevpce': environment,
    'aws:sourcevpcarn': environment,
    'aws:vpceaccount': environment,
    'aws:vpceorgid': environment,
    'aws:vpceorgpaths': { who: 'environment', multi: true },
    'aws:viaawsservice': { who: 'service', type: 'boolean', always: true },
    'aws:calledvia': { who: 'service', multi: true },
    'aws:calledviafirst': service,
    'aws:calledvialast': service,
    'aws:viaawsmcpservice': { who: 'service', type: 'boolean' },
    'aws:calledviaawsmcp': service,
    'aws:ismcpserviceaction': { who: 'service', type: 'boolean' },
    'aws:sourcearn': service,
    'aws:sourceaccount': service,
    'aws:sourceorgid': service,
    'aws:sourceorgpaths': { who: 'service', multi: true },
    'aws:sourceowner': service,
    // Set at the first assumption, fixed from then on: the session either carries it or does not.
    'aws:sourceidentity': environment,
    'aws:tokenissuetime': { who: 'environment', type: 'date' },
    'aws:currenttime': { who: 'snapshot', type: 'date', always: true },
    'aws:epochtime': { who: 'snapshot', type: 'date', always: true },
    'aws:securetransport': { who: 'requester', type: 'boolean', always: true },
    'aws:requestedregion': { who: 'requester', always: true, accepts: regionName, strict: true, others: regions },
    'aws:federatedprovider': snapshot,
    'aws:multifactorauthpresent': { who: 'environment', type: 'boolean' },
    'aws:multifactorauthage': { who: 'environment', type: 'number' },
    'aws:signinsessionarn': environment,
    'aws:viacustomerdomain': service,
    'aws:assumedroot': { who: 'snapshot', type: 'boolean' },
    'aws:ec2instancesourcevpc': service,
    'aws:ec2instancesourceprivateipv4': { who: 'service', type: 'address' },
    'aws:chatbotsourcearn': service,
    'aws:useragent': chosen,
    'aws:referer': chosen,
    // Request parameters of other kinds than those of request-parameters.ts, or of a known form.
    'sts:rolesessionname': { who: 'requester', always: true, accepts: sessionName, strict: true },
    'sts:sourceidentity': { who: 'requester', accepts: sessionName, strict: true },
    'sts:transitivetagkeys': { who: 'requester', multi: true, accepts: tagKey },
    'sts:durationseconds': { who: 'requester', type: 'number', accepts: duration, others: ['3600'] },
    'iam:passedtoservice': { who: 'requester', accepts: serviceName },
    'iam:awsservicename': { who: 'requester', accepts: serviceName },
    // A secret that only the third party knows.
    'sts:externalid': environment,
    'kms:calleraccount': snapshot,
    'kms:viaservice': service,
    's3:resourceaccount': snapshot,
    's3:existingobjecttag/': environment,
    // Baked into the credentials that a service hands out.
    'ec2:sourceinstancearn': service,
    'ec2:roledelivery': service,
    'lambda:sourcefunctionarn': service,
    'codebuild:projectarn': service,
    'codebuild:buildarn': service,
    'glue:credentialissuingservice': service,
    'ssm:sourceinstancearn': service,
    'identitystore:userid': service,
    'saml:': { who: 'issuer' },
  }),
)

const parameters = new Set(requestParameters)
const prefixes = [...rows.keys(), ...parameters].filter((key) => /[/:]$/.test(key))

function find(key: string): KeyFact {
  const prefix = prefixes.find((beginning) => key.startsWith(beginning)) ?? ''
  const row = rows.get(key) ?? rows.get(prefix)
  const isListed = row !== undefined
  const { who, type = 'text', always, multi, accepts, strict, others = [] } = row ?? unlisted(key, prefix)
  return {
    who,
    type,
    isAlwaysPresent: always === true,
    holds: multi === true ? 'several' : isListed || claimOf(key)?.claim === 'sub' ? 'one' : 'unknown',
    accepts,
    isStrict: strict === true,
    others,
  }
}

function unlisted(key: string, prefix: string): Row {
  if (parameters.has(key) || parameters.has(prefix)) return chosen
  const claim = claimOf(key)?.claim
  if (claim !== undefined)
    return claim === 'sub' || claim === 'aud' ? { who: 'issuer', always: true } : { who: 'issuer' }
  return /^[a-z0-9-]+:([a-z-]*tag|resourcetag)\//.test(key) ? snapshot : environment
}
