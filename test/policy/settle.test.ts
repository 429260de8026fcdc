import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileTest } from '#src/policy/conditions/operators.ts'
import { all, any, atom, conflictKey, type Formula, gap, gapKey, not, toJson } from '#src/policy/formula.ts'
import { type Settled, settle } from '#src/policy/settle.ts'

const github = 'token.actions.githubusercontent.com'
const like = (key: string, ...values: string[]): Formula => atom('StringLike', key, values)
const equals = (key: string, ...values: string[]): Formula => atom('StringEquals', key, values)
const sub = (...patterns: string[]): Formula => like(`${github}:sub`, ...patterns)
const externalId = equals('sts:ExternalId', 'ext-1')
const mfa = atom('Bool', 'aws:MultiFactorAuthPresent', ['true'])
const ourRepositoriesOnly = not(
  all(atom('StringNotLikeIfExists', `${github}:sub`, ['repo:acme/*']), atom('Null', `${github}:sub`, ['false'])),
)

describe('the verdict of a residual', () => {
  test.each<[string, Formula, Settled['verdict']]>([
    ['nothing is left', all(), 'certain'],
    ['nothing can make it hold', any(), 'no'],
    ['a session name is the requester’s choice', like('sts:RoleSessionName', 'ci-*'), 'certain'],
    ['in whatever case the key is written', like('STS:rolesessionname', 'ci-*'), 'certain'],
    ['no session is called `*`', equals('sts:RoleSessionName', '*'), 'no'],
    ['nor is one named by one letter', like('sts:RoleSessionName', 'a'), 'conditional'],
    ['a region is chosen', equals('aws:RequestedRegion', 'eu-west-1'), 'certain'],
    ['and avoided', atom('StringNotEquals', 'aws:RequestedRegion', ['us-east-1']), 'certain'],
    ['and chosen by pattern', like('aws:RequestedRegion', 'eu-*'), 'certain'],
    ['no region is called `*`', equals('aws:RequestedRegion', '*'), 'no'],
    ['each request has a region', atom('Null', 'aws:RequestedRegion', ['true']), 'no'],
    ['encryption is chosen', atom('Bool', 'aws:SecureTransport', ['true']), 'certain'],
    [
      'and always either on or off',
      not(any(atom('Bool', 'aws:SecureTransport', ['true']), atom('Bool', 'aws:SecureTransport', ['false']))),
      'no',
    ],
    ['a duration is chosen', atom('NumericLessThanEquals', 'sts:DurationSeconds', ['3600']), 'certain'],
    ['but not below what STS takes', atom('NumericLessThan', 'sts:DurationSeconds', ['100']), 'conditional'],
    ['a request parameter is chosen', equals('s3:prefix', 'home/'), 'certain'],
    ['what may also describe a resource is not', equals('ec2:InstanceType', 't3.micro'), 'conditional'],
    ['an unlisted key of a service is not', equals('newservice:SomeKey', 'x'), 'conditional'],
    ['an external ID is a secret', externalId, 'conditional'],
    ['an address is the environment', atom('IpAddress', 'aws:SourceIp', ['203.0.113.0/24']), 'conditional'],
    ['MFA too', mfa, 'conditional'],
    ['a contradiction in the documentation', atom('Bool', conflictKey, ['6.3']), 'conditional'],
    ['a choice does not make a secret known', all(like('sts:RoleSessionName', 'ci-*'), externalId), 'conditional'],
    ['a way without the secret is enough', any(like('sts:RoleSessionName', 'ci-*'), externalId), 'certain'],
    ['a choice evades a Deny', not(equals('aws:UserAgent', 'curl')), 'certain'],
    ['also one that names half the alphabet', not(like('aws:UserAgent', '*a*', '*t*', '*e*')), 'certain'],
  ])('%s', (_, formula, verdict) => {
    expect(settle(formula).verdict).toBe(verdict)
  })

  test('says what is chosen, under the key as written', () => {
    expect(settle(all(like('sts:RoleSessionName', 'ci-*'), externalId)).choices).toEqual({
      'sts:RoleSessionName': 'ci-trustwalk',
    })
    expect(settle(atom('Null', 'aws:UserAgent', ['true'])).choices).toEqual({})
  })

  test('keeps chosen atoms in the residual', () => {
    const formula = like('sts:RoleSessionName', 'ci-*')
    expect(toJson(settle(formula).residual)).toEqual({
      key: 'sts:RoleSessionName',
      operator: 'StringLike',
      values: ['ci-*'],
    })
  })
})

describe('two conditions on one key', () => {
  const address = (operator: string, ...ranges: string[]): Formula => atom(operator, 'aws:SourceIp', ranges)
  const age = (operator: string, value: string): Formula => atom(operator, 'aws:MultiFactorAuthAge', [value])
  const issued = (operator: string, time: string): Formula => atom(operator, 'aws:TokenIssueTime', [time])
  const letters = [...'abcdefghijk'].map((letter) => `${letter}*`)
  const arn = (operator: string, pattern: string): Formula => atom(operator, 'aws:SignInSessionArn', [pattern])
  test.each<[string, Formula, Settled['verdict']]>([
    ['nothing equals two texts', all(externalId, equals('sts:ExternalId', 'ext-2')), 'no'],
    [
      'but one of either list',
      all(equals('sts:ExternalId', 'a', 'b'), equals('sts:ExternalId', 'b', 'c')),
      'conditional',
    ],
    [
      'what equals one is not another',
      all(externalId, atom('StringNotEquals', 'sts:ExternalId', ['ext-2'])),
      'conditional',
    ],
    ['nor itself', all(externalId, not(atom('StringEqualsIgnoreCase', 'sts:ExternalId', ['EXT-1']))), 'no'],
    ['a text that is absent equals nothing', all(externalId, atom('Null', 'sts:ExternalId', ['true'])), 'no'],
    [
      'unless that is allowed',
      all(atom('StringEqualsIfExists', 'sts:ExternalId', ['a']), atom('Null', 'sts:ExternalId', ['true'])),
      'conditional',
    ],
    ['patterns that exclude each other', all(like('sts:ExternalId', 'a*'), like('sts:ExternalId', 'b*')), 'no'],
    ['patterns that do not', all(like('sts:ExternalId', 'a*'), like('sts:ExternalId', '*b')), 'conditional'],
    ['a pattern and a text', all(like('sts:ExternalId', 'a*'), equals('sts:ExternalId', 'b', 'c')), 'no'],
    ['a pattern and its Deny', all(like('sts:ExternalId', 'a*'), not(like('sts:ExternalId', '*'))), 'conditional'],
    [
      'a Deny of all but some is a wish',
      all(like('sts:ExternalId', 'a*'), not(atom('StringNotLike', 'sts:ExternalId', ['b*']))),
      'no',
    ],
    ['ARNs of two accounts', all(arn('ArnLike', 'arn:aws:signin:*:1:*'), arn('ArnLike', 'arn:aws:signin:*:2:*')), 'no'],
    [
      'ARNs of one',
      all(arn('ArnLike', 'arn:aws:signin:*:1:*'), arn('ArnEquals', 'arn:aws:signin:us-east-1:*:session/1')),
      'conditional',
    ],
    ['two ranges apart', all(address('IpAddress', '10.0.0.0/8'), address('IpAddress', '11.0.0.0/8')), 'no'],
    [
      'one range in another',
      all(address('IpAddress', '10.0.0.0/8'), address('NotIpAddress', '10.1.0.0/16')),
      'conditional',
    ],
    [
      'a range cut up',
      all(address('IpAddress', '10.0.0.0/8'), address('NotIpAddress', '10.0.0.0/9', '10.128.0.0/9')),
      'no',
    ],
    ['two families', all(address('IpAddress', '10.0.0.0/8'), address('IpAddress', '2001:db8::/32')), 'no'],
    [
      'all of IPv4 leaves IPv6',
      all(address('NotIpAddress', '0.0.0.0/0'), atom('Null', 'aws:SourceIp', ['false'])),
      'conditional',
    ],
    ['numbers apart', all(age('NumericLessThan', '100'), age('NumericGreaterThan', '100')), 'no'],
    [
      'numbers that meet',
      all(age('NumericLessThanEquals', '100'), age('NumericGreaterThanEquals', '100')),
      'conditional',
    ],
    ['times apart', all(issued('DateLessThan', '2026-01-01'), issued('DateGreaterThan', '2026-06-01')), 'no'],
    [
      'times that meet',
      all(issued('DateLessThan', '2026-06-01'), issued('DateGreaterThan', '2026-01-01')),
      'conditional',
    ],
    [
      'a time beyond the calendar',
      all(issued('DateLessThan', '1767225600'), issued('DateGreaterThan', '9e15')),
      'conditional',
    ],
    [
      'numbers that are too close to part',
      all(age('NumericLessThan', '1e300'), age('NumericGreaterThan', '1e300')),
      'conditional',
    ],
    ['a number that is none', age('NumericLessThan', 'soon'), 'no'],
    [
      'bytes',
      all(atom('BinaryEquals', 'sts:ExternalId', ['YQ==']), atom('BinaryEquals', 'sts:ExternalId', ['Yg=='])),
      'conditional',
    ],
    [
      'a text read as a number',
      all(atom('NumericEquals', 'sts:ExternalId', ['7']), equals('sts:ExternalId', '8')),
      'no',
    ],
    ['a number read as a text', all(age('StringEquals', '7'), age('NumericEquals', '7')), 'conditional'],
    [
      'patterns and what they leave',
      all(like('sts:ExternalId', 'a*', 'b*'), like('sts:ExternalId', 'b*', 'c*')),
      'conditional',
    ],
    [
      'many patterns',
      all(like('sts:ExternalId', ...letters), like('sts:ExternalId', ...letters.map((one) => `x${one}`))),
      'conditional',
    ],
    ['true and false', all(mfa, atom('Bool', 'aws:MultiFactorAuthPresent', ['false'])), 'no'],
    [
      'neither, which an absent key is',
      all(not(mfa), not(atom('Bool', 'aws:MultiFactorAuthPresent', ['false']))),
      'conditional',
    ],
    [
      'neither, though present',
      all(
        not(mfa),
        atom('BoolIfExists', 'aws:MultiFactorAuthPresent', ['true']),
        atom('Null', 'aws:MultiFactorAuthPresent', ['false']),
      ),
      'no',
    ],
    [
      'a key of several values has both',
      all(equals('aws:VpceOrgPaths', 'a'), equals('aws:VpceOrgPaths', 'b')),
      'conditional',
    ],
    ['so may one of unknown kind', all(equals('some:Key', 'a'), equals('some:Key', 'b')), 'conditional'],
    ['two session names at once', all(like('sts:RoleSessionName', 'a*'), like('sts:RoleSessionName', 'b*')), 'no'],
    [
      'contradictions in each of two ways',
      any(all(externalId, equals('sts:ExternalId', 'x')), all(mfa, not(mfa))),
      'no',
    ],
  ])('%s', (_, formula, verdict) => {
    expect(settle(formula).verdict).toBe(verdict)
  })
})

describe('values that occur in no request', () => {
  const session = (operator: string): Formula => atom(operator, 'sts:RoleSessionName', ['*'])
  const identity = (operator: string): Formula => atom(operator, 'sts:SourceIdentity', ['*'])
  test.each<[string, Formula, Settled['verdict']]>([
    ['a session has another name', session('StringNotEquals'), 'certain'],
    ['it always has one', session('StringEqualsIfExists'), 'no'],
    ['so that none of its names', session('ForAllValues:StringEquals'), 'no'],
    ['any of its names', session('ForAnyValue:StringNotEquals'), 'certain'],
    ['as a pattern the star is no such value', session('StringLike'), 'certain'],
    ['one value that occurs is enough', atom('StringEquals', 'sts:RoleSessionName', ['*', 'ci']), 'certain'],
    ['a source identity need not be', identity('StringEquals'), 'no'],
    ['and is another', identity('StringNotEquals'), 'certain'],
    ['unless it is absent', identity('StringEqualsIfExists'), 'certain'],
    ['or has no values', identity('ForAllValues:StringEquals'), 'certain'],
    ['any that is another', identity('ForAnyValue:StringNotEquals'), 'certain'],
    ['none that is', identity('ForAnyValue:StringEquals'), 'no'],
    ['all that are others', identity('ForAllValues:StringNotEquals'), 'certain'],
    ['nothing equals no value', equals('sts:ExternalId'), 'no'],
  ])('%s', (_, formula, verdict) => {
    expect(settle(formula).verdict).toBe(verdict)
  })
})

describe('tags of a request and their names', () => {
  const tag = (name: string, value: string): Formula => equals(`aws:RequestTag/${name}`, value)
  const names = (operator: string, ...values: string[]): Formula => atom(operator, 'aws:TagKeys', values)
  test.each<[string, Formula, Settled['verdict']]>([
    ['a tag is chosen', tag('team', 'a'), 'certain'],
    ['with its name among the allowed', all(tag('team', 'a'), names('ForAllValues:StringEquals', 'team')), 'certain'],
    ['two tags', all(tag('team', 'a'), tag('env', 'b'), names('ForAllValues:StringEquals', 'env', 'team')), 'certain'],
    ['in the spelling asked for', all(tag('Team', 'a'), names('ForAnyValue:StringEquals', 'Team')), 'certain'],
    [
      'not where its name is forbidden',
      all(tag('team', 'a'), names('ForAllValues:StringEquals', 'env')),
      'conditional',
    ],
    ['no tags at all', all(names('Null', 'true'), not(tag('team', 'a'))), 'certain'],
    [
      'a name without its tag',
      all(names('ForAnyValue:StringEquals', 'team'), atom('Null', 'aws:RequestTag/team', ['true'])),
      'conditional',
    ],
  ])('%s', (_, formula, verdict) => {
    expect(settle(formula).verdict).toBe(verdict)
  })
})

describe('claims of public issuers (sample organization, `external`)', () => {
  const audience = equals(`${github}:aud`, 'sts.amazonaws.com')
  test.each<[string, Formula, Settled['verdict']]>([
    ['the trust policy does not look at the subject', audience, 'certain'],
    ['the subject matches every one', all(audience, sub('*')), 'certain'],
    ['every repository', all(audience, sub('repo:*')), 'certain'],
    ['the pattern lacks the slash that ends the owner’s name', all(audience, sub('repo:acme*')), 'certain'],
    ['the repository is named, the owner is not', all(audience, sub('repo:acme*/deploy:*')), 'certain'],
    ['the pattern fixes the branch only', all(audience, sub('repo:*:ref:refs/heads/main')), 'certain'],
    ['only the organization’s own repositories', all(audience, sub('repo:acme/*')), 'conditional'],
    ['only those, by two patterns', all(audience, sub('repo:acme/a:*', 'repo:acme/b:*')), 'conditional'],
    [
      'one branch of one repository',
      all(audience, equals(`${github}:sub`, 'repo:acme/app:ref:refs/heads/main')),
      'conditional',
    ],
    ['StringEquals takes the star literally', all(audience, equals(`${github}:sub`, 'repo:*')), 'no'],
    ['also beside patterns that are fine', any(equals(`${github}:sub`, 'repo:*'), sub('repo:acme/*')), 'conditional'],
    ['an RCP denies other owners', all(audience, sub('repo:*'), ourRepositoriesOnly), 'conditional'],
    ['an RCP denies all whom the trust wants', all(sub('repo:other/*'), ourRepositoriesOnly), 'no'],
    ['all but our own', atom('StringNotLike', `${github}:sub`, ['repo:acme/*']), 'certain'],
    [
      'a cluster’s service account',
      equals('oidc.eks.us-east-1.amazonaws.com/id/A5:sub', 'system:serviceaccount:a:b'),
      'conditional',
    ],
    [
      'none has a star in its name',
      equals('oidc.eks.us-east-1.amazonaws.com/id/A5:sub', 'system:serviceaccount:a:*'),
      'no',
    ],
    ['an issuer of one’s own', like('login.acme.example:sub', '*'), 'conditional'],
    ['where a star may be a star', equals('login.acme.example:sub', '*'), 'conditional'],
    ['an identity pool of one’s own', equals('cognito-identity.amazonaws.com:amr', 'unauthenticated'), 'certain'],
    [
      'somebody’s identity pool',
      equals('cognito-identity.amazonaws.com:aud', 'us-east-1:12345678-abcd'),
      'conditional',
    ],
    ['claims of one token agree', all(sub('repo:a*/x:*'), like(`${github}:repository`, 'b*/x')), 'conditional'],
    [
      'a branch chosen twice',
      all(sub('repo:*:ref:refs/heads/main'), equals(`${github}:ref`, 'refs/heads/main')),
      'certain',
    ],
    [
      'a branch chosen otherwise',
      all(sub('repo:*:ref:refs/heads/main'), equals(`${github}:ref`, 'refs/heads/dev')),
      'conditional',
    ],
  ])('%s', (_, formula, verdict) => {
    expect(settle(formula).verdict).toBe(verdict)
  })
})

describe('what was not collected', () => {
  test.each<[string, Formula, Settled['verdict']]>([
    ['is never `no`', gap('x'), 'unknown'],
    ['may be a Deny', not(gap('x')), 'unknown'],
    ['may be needed besides a secret', all(gap('x'), externalId), 'unknown'],
    ['does not matter beside a sure way', any(gap('x'), like('sts:RoleSessionName', 'ci-*')), 'certain'],
    ['does not matter beside a possible way', any(gap('x'), externalId), 'conditional'],
    ['does not help against a contradiction', all(gap('x'), externalId, equals('sts:ExternalId', 'y')), 'no'],
    ['does not help against the impossible', all(gap('x'), equals('sts:RoleSessionName', '*')), 'no'],
    ['read twice, one way each time', any(all(gap('x'), mfa), all(not(gap('x')), externalId)), 'unknown'],
  ])('%s', (_, formula, verdict) => {
    expect(settle(formula).verdict).toBe(verdict)
  })
})

describe('stated facts', () => {
  const have = (facts: Record<string, string[]>): ReadonlyMap<string, readonly string[]> =>
    new Map(Object.entries(facts))
  test.each<[string, Formula, Record<string, string[]>, Settled['verdict']]>([
    ['make certain', mfa, { 'aws:MultiFactorAuthPresent': ['true'] }, 'certain'],
    ['in any case of the key', mfa, { 'AWS:multifactorauthpresent': ['true'] }, 'certain'],
    ['make impossible', externalId, { 'sts:ExternalId': ['wrong'] }, 'no'],
    ['bind the requester too', like('sts:RoleSessionName', 'ci-*'), { 'sts:RoleSessionName': ['me'] }, 'no'],
    ['leave the rest', all(mfa, externalId), { 'sts:ExternalId': ['ext-1'] }, 'conditional'],
    ['may say that a key is absent', atom('Null', 'aws:SourceVpce', ['true']), { 'aws:SourceVpce': [] }, 'certain'],
    ['may be several', atom('ForAllValues:StringEquals', 'aws:TagKeys', ['a']), { 'aws:TagKeys': ['a', 'b'] }, 'no'],
  ])('%s', (_, formula, facts, verdict) => {
    expect(settle(formula, have(facts)).verdict).toBe(verdict)
  })

  test('are gone from the residual', () => {
    const { residual } = settle(all(mfa, externalId), have({ 'sts:ExternalId': ['ext-1'] }))
    expect(residual.id).toBe(mfa.id)
  })
})

describe('hostile residuals', () => {
  test('10,000 values are settled at once', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => `v${index}`)
    expect(settle(all(equals('sts:ExternalId', ...values), equals('sts:ExternalId', 'x'))).verdict).toBe('no')
    expect(settle(all(equals('aws:UserAgent', ...values), not(equals('aws:UserAgent', 'v7')))).verdict).toBe('certain')
  })

  test('thousands of conditions on chosen keys stay conditional at worst', () => {
    const many = Array.from({ length: 3_000 }, (_, index) =>
      any(like(`aws:RequestTag/k${index}`, 'a*'), all(externalId, mfa)),
    )
    expect(['certain', 'conditional']).toContain(settle(all(...many, mfa)).verdict)
  })

  test('patterns of a thousand stars end', () => {
    const pattern = 'a*'.repeat(1_000)
    expect(settle(all(like('sts:ExternalId', pattern), like('sts:ExternalId', `b${pattern}`))).verdict).toBe('no')
    expect(settle(all(like('sts:ExternalId', pattern), like('sts:ExternalId', `${pattern}b`))).verdict).toBe(
      'conditional',
    )
  })

  test('names of Object.prototype are keys like others', () => {
    expect(settle(equals('__proto__', 'x')).verdict).toBe('conditional')
    expect(settle(equals('constructor', 'x')).verdict).toBe('conditional')
    expect(settle(equals('aws:RequestTag/__proto__', 'x')).choices).toEqual({ 'aws:RequestTag/__proto__': 'x' })
  })
})

/** Everything below is drawn from few values, so that conditions meet. */
const words = ['ci-a', 'ci-b', 'Ci-A', 'bb', 'trustwalk', '', '*']
const patterns = ['ci-*', '*a', 'ci-?', 'b*', '*', 'trust*', '${*}', 'Ci-A']
const kinds = {
  text: {
    operators: ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
    values: words,
  },
  pattern: { operators: ['StringLike', 'StringNotLike'], values: patterns },
  number: {
    operators: ['NumericLessThan', 'NumericGreaterThanEquals', 'NumericEquals', 'NumericNotEquals'],
    values: ['900', '1800', '3600', '3600.5'],
  },
  boolean: { operators: ['Bool'], values: ['true', 'false'] },
  address: {
    operators: ['IpAddress', 'NotIpAddress'],
    values: ['10.0.0.0/8', '10.0.0.0/9', '10.128.0.0/9', '0.0.0.0/0', '::/0'],
  },
} as const
type Kind = keyof typeof kinds

interface Key {
  readonly key: string
  readonly kinds: readonly Kind[]
  readonly isChosen: boolean
  /** Values that the key can have in a request. */
  readonly values: readonly string[]
  readonly isAlwaysPresent?: boolean
  readonly isMultiple?: boolean
}
const texts: readonly Kind[] = ['text', 'pattern']
const keys: readonly Key[] = [
  {
    key: 'sts:RoleSessionName',
    kinds: texts,
    isChosen: true,
    values: ['ci-a', 'ci-b', 'Ci-A', 'CI-A', 'bb', 'trustwalk', 'ci-q'],
    isAlwaysPresent: true,
  },
  { key: 'aws:UserAgent', kinds: texts, isChosen: true, values: [...words, 'CI-a', 'x'] },
  { key: 'aws:RequestTag/bb', kinds: texts, isChosen: true, values: words },
  {
    key: 'aws:TagKeys',
    kinds: texts,
    isChosen: true,
    values: ['ci-a', 'ci-b', 'bb', 'BB', 'trustwalk'],
    isMultiple: true,
  },
  {
    key: 'sts:DurationSeconds',
    kinds: ['number'],
    isChosen: true,
    values: ['900', '901', '1800', '2700', '3600', '3601'],
  },
  { key: 'aws:SecureTransport', kinds: ['boolean'], isChosen: true, values: ['true', 'false'], isAlwaysPresent: true },
  { key: 'sts:ExternalId', kinds: texts, isChosen: false, values: [...words, 'CI-A', 'ci-x', 'aa'] },
  { key: 'aws:MultiFactorAuthPresent', kinds: ['boolean'], isChosen: false, values: ['true', 'false'] },
  {
    key: 'aws:MultiFactorAuthAge',
    kinds: ['number'],
    isChosen: false,
    values: ['0', '900', '1000', '3600', '3600.25', '3600.5', '9999'],
  },
  {
    key: 'aws:SourceIp',
    kinds: ['address'],
    isChosen: false,
    values: ['10.1.2.3', '10.200.0.1', '9.9.9.9', '2001:db8::1'],
  },
  { key: 'aws:VpceOrgPaths', kinds: texts, isChosen: false, values: words, isMultiple: true },
]

const atomOf = ({ key, kinds: own }: Key): fc.Arbitrary<Formula> =>
  fc.constantFrom(...own).chain((kind) =>
    fc
      .record({
        set: fc.constantFrom('', '', '', 'ForAnyValue:', 'ForAllValues:'),
        operator: fc.constantFrom<string>(...kinds[kind].operators),
        ifExists: fc.constantFrom('', '', 'IfExists'),
        values: fc.subarray<string>([...kinds[kind].values], { minLength: 1, maxLength: 2 }),
        presence: fc.integer({ min: 0, max: 9 }),
      })
      .map(({ set, operator, ifExists, values, presence }) =>
        presence < 2 ? atom('Null', key, [String(presence === 0)]) : atom(`${set}${operator}${ifExists}`, key, values),
      ),
  )

const gaps = ['g1', 'g2']
const leaf: fc.Arbitrary<Formula> = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...keys).chain(atomOf) },
  { weight: 1, arbitrary: fc.constantFrom(...gaps).map(gap) },
)
const { formula: anyFormula } = fc.letrec<{ formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    leaf,
    fc.array(tie('formula'), { minLength: 2, maxLength: 3 }).map((parts) => all(...parts)),
    fc.array(tie('formula'), { minLength: 2, maxLength: 3 }).map((parts) => any(...parts)),
    tie('formula').map(not),
  ),
}))
const oneKey = fc
  .constantFrom(...keys)
  .chain((key) => fc.array(fc.tuple(atomOf(key), fc.boolean()), { minLength: 2, maxLength: 4 }))
const aboutOneKey = oneKey.map((parts) => all(...parts.map(([part, isNegated]) => (isNegated ? not(part) : part))))

type Request = ReadonlyMap<string, readonly string[]>

const stateOf = ({ values, isAlwaysPresent, isMultiple }: Key): fc.Arbitrary<readonly string[]> =>
  isMultiple
    ? fc.subarray([...values], { maxLength: 3 })
    : fc.subarray([...values], { minLength: isAlwaysPresent ? 1 : 0, maxLength: 1 })

const anyRequest: fc.Arbitrary<Request> = fc.tuple(...keys.map(stateOf), fc.subarray(gaps)).map((states) => {
  const request = new Map(keys.map(({ key }, index) => [key.toLowerCase(), states[index]!]))
  request.set(gapKey, states[keys.length]!)
  // A tag has its name among the names.
  const names = (request.get('aws:tagkeys') ?? []).filter((name) => name.toLowerCase() !== 'bb')
  const isTagged = (request.get('aws:requesttag/bb') ?? []).length > 0
  return request.set('aws:tagkeys', isTagged ? [...names, 'bb'] : names)
})

function holds(formula: Formula, request: Request): boolean {
  switch (formula.kind) {
    case 'always':
    case 'never':
      return formula.kind === 'always'
    case 'all':
      return formula.of.every((part) => holds(part, request))
    case 'any':
      return formula.of.some((part) => holds(part, request))
    case 'not':
      return !holds(formula.of, request)
    default: {
      const have = request.get(formula.key.toLowerCase()) ?? []
      if (formula.key === gapKey) return have.includes(formula.values[0]!)
      return compileTest(formula.operator, formula.values)(have)
    }
  }
}

describe.each([
  ['any', anyFormula],
  ['of one key', aboutOneKey],
])('whatever the residual: %s', (_, formulas) => {
  const requests = fc.array(anyRequest, { minLength: 30, maxLength: 30 })

  test('`no` is said only where no request is allowed', () => {
    fc.assert(
      fc.property(formulas, requests, (formula, some) => {
        if (settle(formula).verdict === 'no') for (const request of some) expect(holds(formula, request)).toBe(false)
      }),
      { numRuns: 400 },
    )
  })

  test('`certain` is said only where the choices are enough, whatever else is', () => {
    fc.assert(
      fc.property(formulas, requests, (formula, some) => {
        const { verdict, choices } = settle(formula)
        if (verdict !== 'certain') return
        for (const request of some) {
          const chosen = new Map(request)
          for (const { key, isChosen, isMultiple, isAlwaysPresent } of keys) {
            const text = choices[key]
            // A key that is not mentioned is left out where it can be, and does not matter where it cannot.
            if (!isChosen || (isAlwaysPresent && text === undefined)) continue
            chosen.set(key.toLowerCase(), text === undefined ? [] : isMultiple ? text.split(', ') : [text])
          }
          expect(holds(formula, chosen)).toBe(true)
        }
      }),
      { numRuns: 400 },
    )
  })

  test('`no` and `certain` change places under `not` only where nothing is open', () => {
    fc.assert(
      fc.property(formulas, (formula) => {
        const verdicts = [settle(formula).verdict, settle(not(formula)).verdict]
        expect(verdicts).not.toEqual(['no', 'no'])
      }),
      { numRuns: 300 },
    )
  })
})

/** `${saml:sub}` is the value of another key, of which nothing is known: neither a text nor a choice. */
describe('a condition on another unknown key', () => {
  const same = atom('StringEquals', 'sts:SourceIdentity', ['${saml:sub}'])

  test('is conditional, whatever is stated or chosen', () => {
    expect(settle(same).verdict).toBe('conditional')
    expect(settle(not(same)).verdict).toBe('conditional')
    expect(settle(same, new Map([['sts:SourceIdentity', ['alice']]])).verdict).toBe('conditional')
    expect(settle(all(same, atom('StringEquals', 'sts:SourceIdentity', ['alice']))).verdict).toBe('conditional')
    expect(settle(atom('StringEquals', 'sts:RoleSessionName', ['${saml:sub}'])).residual.kind).toBe('atom')
    expect(settle(all(same, not(same))).verdict).toBe('no')
  })
})
