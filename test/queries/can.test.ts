import { beforeAll, describe, expect, test } from 'vitest'
import { can } from '#queries/can.ts'
import { canRequests } from '#queries/can-requests.ts'
import type { DecisionAnswer } from '#src/answers/decision.ts'
import { type Acme, openAcme } from './acme.ts'

let acme: Acme
beforeAll(async () => {
  acme = await openAcme()
}, 120_000)

const ask = (principal: string, action: string, resource: string, about = acme as Parameters<typeof can.prepare>[0]) =>
  acme.answer(can.prepare(about, { principal, action, resource }))

const saysOf = ({ parts }: DecisionAnswer, part = 0) =>
  Object.fromEntries(parts[part]!.layers.map(({ layer, says }) => [layer, says]))

describe('every layer says something, the deciding one first in blockedBy', () => {
  test('an SCP that denies leaves the others told', () => {
    const answer = ask(
      'arn:aws:iam::292464645809:user/wen.jansen.209',
      's3:GetObject',
      'arn:aws:s3:::acme-identity-gateway-x6xw210/data/report.csv',
    )
    expect(answer).toMatchObject({ verdict: 'no', blockedBy: ['scp'] })
    expect(saysOf(answer)).toMatchObject({ scp: 'denies', identity: 'allows', resource: 'allows', boundary: 'none' })
  })

  test('an identity that lacks the right is said to lack it', () => {
    const answer = ask(
      'arn:aws:iam::265679049743:role/loyalty-resolver-8j8j155',
      's3:GetObject',
      'arn:aws:s3:::acme-fraud-resolver-2yi8156/data/report.csv',
    )
    expect(answer).toMatchObject({ verdict: 'no', blockedBy: ['identity'] })
    expect(saysOf(answer)).toMatchObject({ identity: 'does not allow', resource: 'allows' })
  })
})

describe('reading an encrypted object includes its key', () => {
  test('both requests are decided, the key through S3', () => {
    const answer = ask(
      'arn:aws:iam::741682852122:role/search-gateway-tkv9229',
      's3:GetObject',
      'arn:aws:s3:::acme-catalog-worker-2brh230/data/report.csv',
    )
    expect(answer.verdict).toBe('certain')
    expect(answer.parts.map(({ action, resource }) => [action, resource])).toEqual([
      ['s3:GetObject', 'arn:aws:s3:::acme-catalog-worker-2brh230/data/report.csv'],
      ['kms:Decrypt', 'arn:aws:kms:eu-central-1:213959539266:key/72b4588d-e950-3449-4fd2-97e72d01d292'],
    ])
  })

  test('a disabled key decrypts nothing', () => {
    const answer = ask(
      'arn:aws:iam::860559317058:role/inventory-scheduler-esaz241',
      's3:GetObject',
      'arn:aws:s3:::acme-shipping-resolver-ujbc242/data/report.csv',
    )
    expect(answer).toMatchObject({ verdict: 'no', blockedBy: ['kms-key-policy'] })
  })

  test('listing a bucket needs no key', () => {
    const answer = ask(
      'arn:aws:iam::860559317058:role/inventory-scheduler-esaz241',
      's3:ListBucket',
      'arn:aws:s3:::acme-shipping-resolver-ujbc242',
    )
    expect(answer.parts).toHaveLength(1)
  })
})

describe('conditions', () => {
  const asked = [
    'arn:aws:iam::213959539266:role/ledger-cleanup-imrr227',
    's3:GetObject',
    'arn:aws:s3:::acme-data-replicator-cvj8228/data/report.csv',
  ] as const

  test.each([
    [{}, 'conditional', []],
    [{ 'aws:SourceVpce': 'vpce-296195efd93533b4b' }, 'certain', []],
    [{ 'AWS:SourceVpce': 'vpce-0' }, 'no', ['resource']],
  ])('knowing %j of the attacker the answer is %s', (have, verdict, blockedBy) => {
    expect(ask(...asked, acme.with(have))).toMatchObject({ verdict, blockedBy })
  })
})

describe('who and what can be asked about', () => {
  test.each([
    ['*', 's3:GetObject', 'arn:aws:s3:::acme-catalog-api-dpr5249/x', 'certain'],
    ['arn:aws:iam::983458204561:root', 's3:GetObject', 'arn:aws:s3:::acme-support-cleanup-2eqc213/x', 'certain'],
    // Its account could not be read, but an SCP denies everything to it.
    ['arn:aws:iam::962604572825:role/whatever', 's3:ListAllMyBuckets', '*', 'no'],
    ['lambda.amazonaws.com', 's3:GetObject', 'arn:aws:s3:::acme-support-cleanup-2eqc213/x', 'no'],
    ['role/org-operations', 'organizations:DescribeOrganization', '*', 'certain'],
    ['arn:aws:sts::212825232918:assumed-role/org-operations/me', 'organizations:ListAccounts', '*', 'certain'],
  ])('%s %s %s: %s', (principal, action, resource, verdict) => {
    expect(ask(principal, action, resource).verdict).toBe(verdict)
  })

  test.each([
    ['arn:aws:identitystore:::user/2ef23ca9-a3c2-48d5-af72-510a3a29c322', 's3:GetObject', '*', /makes no requests/],
    ['role/org-operations', 's3:*', '*', /is not an action/],
    ['role/org-operations', 's3:GetObject', 'arn:aws:s3:::nowhere-to-be-found/x', /has no/],
    ['role/org-operation', 's3:GetObject', '*', /has no `role\/org-operation`/],
  ])('%s %s %s is a mistake of the reader', (principal, action, resource, message) => {
    expect(() => ask(principal, action, resource)).toThrow(message)
  })
})

test('of a resource that is not there the nearest is told', () => {
  const asking = () => ask('role/org-operations', 's3:GetObject', 'arn:aws:s3:::acme-crown-5jak25c/x')
  expect(asking).toThrow(
    expect.objectContaining({ help: expect.stringContaining('`arn:aws:s3:::acme-crown-5jak25cx`') }),
  )
})

test('each line of a file is answered in its place, a broken one with an error', () => {
  const vpce = 'vpce-296195efd93533b4b'
  const request = {
    principal: 'arn:aws:iam::213959539266:role/ledger-cleanup-imrr227',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::acme-data-replicator-cvj8228/data/report.csv',
  }
  const { lines } = acme.answer(
    canRequests.prepare(acme, {
      requests: [
        { ...request, have: { 'aws:SourceVpce': vpce } },
        request,
        { ...request, principal: 'arn:aws:iam::213959539266:role/nobody' },
        { principal: 7 },
        'text',
        { ...request, have: { 'aws:SourceVpce': [vpce] } },
      ],
    }),
  )
  expect(lines.map(({ verdict }) => verdict)).toEqual([
    'certain',
    'conditional',
    'unknown',
    'unknown',
    'unknown',
    'certain',
  ])
  expect(lines.map(({ error }) => error !== undefined)).toEqual([false, false, true, true, true, false])
  expect(lines[1]).toMatchObject(request)
  expect(lines[1]!.conditions.map(({ key }) => key)).toContain('aws:SourceVpce')
})
