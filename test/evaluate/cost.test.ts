import { expect, test } from 'vitest'
import { evaluate, permits } from '#src/evaluate/evaluate.ts'
import { publicity } from '#src/evaluate/services/s3.ts'
import { globMatches } from '#src/policy/glob.ts'
import { parsePolicy } from '#src/policy/parse.ts'
import { allow, boundary, bucket, deny, here, identity, policyOf, request, user } from '../support/requests.ts'

/** Everything in a snapshot is chosen by others: no pattern, key or number of statements may cost more than its length. */

/** Milliseconds; the better of two runs, so that a busy machine does not matter. */
function cost(work: () => void): number {
  const times = [0, 1].map(() => {
    const start = performance.now()
    work()
    return performance.now() - start
  })
  return Math.min(...times)
}

const long = 5000

test.each<[string, (size: number) => readonly [string, string]]>([
  ['many stars', (size) => [`${'*a'.repeat(size / 20)}b`, 'a'.repeat(1000)]],
  ['a run of stars', (size) => [`${'*'.repeat(size)}b`, 'a'.repeat(1000)]],
  ['a run of question marks', (size) => [`*${'?'.repeat(size)}b`, 'a'.repeat(1000)]],
  ['stars and question marks', (size) => [`${'*?'.repeat(size)}b`, 'a'.repeat(1000)]],
  ['nearly the same again and again', (size) => [`*${'a'.repeat(500)}b*`.repeat(size / 1000), 'a'.repeat(1000)]],
  ['escapes', (size) => [`${'${*}*'.repeat(size)}`, '*'.repeat(1000)]],
])('%s', (_, make) => {
  const measured = (size: number): number => {
    const [pattern, text] = make(size)
    return cost(() => globMatches(pattern, text))
  }
  measured(long)
  // Eight times as long: quadratic would be 64 times.
  expect(measured(long * 8)).toBeLessThan(Math.max(250, measured(long) * 30))
})

test('a thousand stars in an action, a resource and a value', () => {
  const stars = '*a'.repeat(1000)
  const hostile = allow([`s3:${stars}b`, 's3:GetObject'], {
    Resource: [`arn:aws:s3:::${stars}b`, `arn:aws:s3:::data/${'?'.repeat(5000)}`, '*'],
    Condition: { StringLike: { k: [`${stars}b`, '*'] } },
  })
  const asked = request(
    user(identity(hostile)),
    's3:GetObject',
    bucket(undefined, { arn: `arn:aws:s3:::data/${'a'.repeat(1024)}` }),
    {
      k: 'a'.repeat(2000),
    },
  )
  expect(permits(asked).kind).toBe('always')
  expect(cost(() => permits(asked))).toBeLessThan(250)
})

test('ten thousand statements', () => {
  const Condition = (index: number): object => ({
    Condition: { Bool: { shared: 'true' }, StringEquals: { [`k${index}`]: 'v', [`l${index % 100}`]: 'v' } },
  })
  const many = (size: number): object[] =>
    Array.from({ length: size }, (_, index) => deny('s3:GetObject', Condition(index)))
  const measured = (size: number): number => {
    const asked = request(user(identity(allow('*'), ...many(size))), 's3:GetObject', bucket())
    return cost(() => void [permits(asked), evaluate(asked)])
  }
  measured(1250)
  expect(measured(10_000)).toBeLessThan(Math.max(250, measured(1250) * 30))
})

test('ten thousand principals, values and keys', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `arn:aws:iam::${here}:user/u${index}`)
  const statement = allow('s3:*', {
    Principal: { AWS: [...names, `arn:aws:iam::${here}:user/alice`] },
    Condition: { StringNotEquals: { k: names }, ArnNotLike: { 'aws:PrincipalArn': names } },
  })
  const asked = request(user(boundary(allow('ec2:*'))), 's3:GetObject', bucket(statement), { k: 'x' })
  expect(permits(asked).kind).toBe('always')
  expect(cost(() => permits(asked))).toBeLessThan(250)
})

test('long unreadable documents', () => {
  const text = `{"Version":"2012-10-17","Statement":[${'{"Effect":"Allow"},'.repeat(20_000)}{}]}`
  expect(cost(() => parsePolicy(text, 'identity'))).toBeLessThan(1500)
  expect(parsePolicy('['.repeat(200_000), 'identity').problems).toHaveLength(1)
  expect(parsePolicy(`%7B${'%7B'.repeat(100_000)}`, 'identity').problems).toHaveLength(1)
})

test('a hostile value of a condition on dates, addresses and numbers', () => {
  const digits = '9'.repeat(50_000)
  for (const [operator, value] of [
    ['DateLessThan', `${digits}-`],
    ['NumericEquals', `${digits}x`],
    ['IpAddress', `${digits}.1.1.1/8`],
    ['IpAddress', `${'0:'.repeat(20_000)}:`],
    ['BinaryEquals', `${digits}=====`],
    ['Bool', digits],
  ] as const) {
    const asked = request(
      user(identity(allow('*', { Condition: { [operator]: { k: value } } }))),
      's3:GetObject',
      bucket(),
      { k: value },
    )
    expect(cost(() => permits(asked))).toBeLessThan(250)
  }
})

test('a variable in a long resource', () => {
  const Resource = 'arn:aws:s3:::${k}/*${a}?${b}*'
  const arn = `arn:aws:s3:::${'a/'.repeat(5000)}`
  const asked = request(
    user(identity(allow('s3:*', { Resource }), allow('s3:*', { Resource: 'arn:aws:s3:::${k}/*/*/b' }))),
    's3:GetObject',
    bucket(undefined, { arn }),
  )
  expect(cost(() => permits(asked))).toBeLessThan(250)
})

test('whether a policy is public is found out once', () => {
  const { policy } = policyOf(
    'resource',
    Array.from({ length: 5000 }, () => allow('s3:*', { Principal: { AWS: here } })),
  )
  expect(publicity(policy)).toBe(publicity(policy))
})
