import { Front, failure, json, xml } from '../../test/services/front.ts'
import type { AwsRequest } from '../../test/services/requests.ts'

/**
 * An AWS of its own process that answers at once, after a delay: an organization of so many accounts with some roles each, and
 * nothing else in them. Prints its address.
 */
const [accounts = '50', latency = '30'] = process.argv.slice(2)
const own = '100000000000'
const rolesPerAccount = 50

const idOf = (index: number) => String(100_000_000_000 + index)
const organizationId = 'o-benchbench'
const listed = Array.from({ length: Number(accounts) }, (_, index) => ({
  Id: idOf(index),
  Arn: `arn:aws:organizations::${own}:account/${organizationId}/${idOf(index)}`,
  Name: `account-${index}`,
  Status: 'ACTIVE',
}))

const organizations: Readonly<Record<string, object>> = {
  DescribeOrganization: {
    Organization: {
      Id: organizationId,
      MasterAccountId: own,
      Arn: `arn:aws:organizations::${own}:organization/${organizationId}`,
    },
  },
  ListRoots: { Roots: [{ Id: 'r-root', Name: 'Root', PolicyTypes: [] }] },
  ListAccounts: { Accounts: listed },
}

const trust = encodeURIComponent(
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${own}:root` }, Action: 'sts:AssumeRole' }],
  }),
)

const roles = (account: string) =>
  Array.from(
    { length: rolesPerAccount },
    (_, index) =>
      `<member><Path>/</Path><RoleName>role-${index}</RoleName><RoleId>AROA${index}</RoleId>` +
      `<Arn>arn:aws:iam::${account}:role/role-${index}</Arn><AssumeRolePolicyDocument>${trust}</AssumeRolePolicyDocument>` +
      `<RolePolicyList><member><PolicyName>p</PolicyName><PolicyDocument>${trust}</PolicyDocument></member></RolePolicyList></member>`,
  ).join('')

const result = (operation: string, inner = '') =>
  xml(`<${operation}Response><${operation}Result>${inner}</${operation}Result></${operation}Response>`)

function answer(request: AwsRequest & { readonly account: string }) {
  const { service, operation, input, account } = request
  if (service === 'organizations') return json(200, organizations[operation] ?? {})
  if (service === 'sts' && operation === 'AssumeRole') {
    const id = String(input.RoleArn).split(':')[4]!
    const expiration = new Date(Date.now() + 3_600_000).toISOString()
    return result(
      operation,
      `<Credentials><AccessKeyId>ASIA${id}</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>x</SessionToken>` +
        `<Expiration>${expiration}</Expiration></Credentials>`,
    )
  }
  if (service === 'sts') {
    return result(operation, `<Arn>arn:aws:iam::${own}:user/bench</Arn><UserId>AIDA</UserId><Account>${own}</Account>`)
  }
  if (service === 'ec2') {
    const name = '<item><regionName>eu-west-1</regionName><optInStatus>opt-in-not-required</optInStatus></item>'
    return xml(
      `<${operation}Response>${operation === 'DescribeRegions' ? `<regionInfo>${name}</regionInfo>` : ''}</${operation}Response>`,
    )
  }
  if (service === 'iam' && operation === 'GetAccountAuthorizationDetails') {
    return result(operation, `<RoleDetailList>${roles(account)}</RoleDetailList><IsTruncated>false</IsTruncated>`)
  }
  if (['iam', 'sns', 'cloudformation'].includes(service)) return result(operation)
  if (service === 's3') return xml('<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>')
  return service === 'unknown' ? failure(request, 'UnknownOperationException') : json(200, {})
}

const front = new Front('', own)
front.override = answer
front.latency = Number(latency)
front.isQuiet = true
process.stdout.write(`${await front.start()}\n`)
