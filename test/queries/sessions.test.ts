import { describe, expect, test } from 'vitest'
import { can } from '#queries/can.ts'
import { whoCan } from '#queries/who-can.ts'
import { account, allow, details, detailsPath, role, temporaryDirectory, writeFiles } from '../support/snapshots.ts'
import { type Asked, openDirectory } from './acme.ts'

const bucket = 'arn:aws:s3:::ledger'
const session = (name: string) => `arn:aws:sts::${account}:assumed-role/reader/${name}`

/** A role and a bucket of one account; the role's own policy and the bucket's say who gets at it. */
function open(own: unknown, policy: object): Promise<Asked> {
  const files = {
    [detailsPath()]: details({
      roles: [role('reader', { RolePolicyList: [{ PolicyName: 'own', PolicyDocument: own }] })],
    }),
    [`accounts/${account}/s3.json`]: {
      ListBuckets: { Buckets: [{ Name: 'ledger' }] },
      GetBucketPolicy: { ledger: { Policy: JSON.stringify(policy) } },
    },
  }
  return openDirectory(writeFiles(temporaryDirectory(), files))
}

const statement = (effect: string, principal: unknown, more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: effect, Principal: principal, Action: 's3:GetObject', Resource: `${bucket}/*`, ...more }],
})

const ask = (asked: Asked, principal: string) =>
  asked.answer(can.prepare(asked, { principal, action: 's3:GetObject', resource: `${bucket}/x` }))

describe('a role is asked about as whoever may take it on: under any session name (IAM User Guide, "AWS JSON policy elements: Principal")', () => {
  const nothing = allow('sts:GetCallerIdentity')
  const toAlice = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: '*',
        Condition: { StringLike: { 'aws:userid': '*:alice' } },
      },
    ],
  }

  test.each([
    ['the bucket lets one session in', nothing, statement('Allow', { AWS: session('alice') })],
    ['its own policy looks at aws:userid', toAlice, statement('Deny', { AWS: session('bob') })],
  ])('%s', async (_, own, policy) => {
    const answer = ask(await open(own, policy), 'role/reader')
    expect(answer).toMatchObject({ verdict: 'certain', choices: { 'sts:RoleSessionName': 'alice' } })
  })

  test('the one session that is let in, or kept out, is that one when it is asked about by its ARN', async () => {
    const asked = await open(nothing, statement('Allow', { AWS: session('alice') }))
    expect(ask(asked, session('alice'))).toMatchObject({ verdict: 'certain', principal: session('alice') })
    expect(ask(asked, session('bob'))).toMatchObject({ verdict: 'no', principal: session('bob') })

    const closed = await open(allow('s3:GetObject'), statement('Deny', { AWS: session('alice') }))
    expect(ask(closed, session('alice')).verdict).toBe('no')
    expect(ask(closed, session('bob')).verdict).toBe('certain')
    expect(ask(closed, 'role/reader')).toMatchObject({ verdict: 'certain' })
    expect(ask(closed, 'role/reader').choices).toBeUndefined()
  })

  test('who-can lists the role', async () => {
    const asked = await open(nothing, statement('Allow', { AWS: session('alice') }))
    const { entries } = asked.answer(
      whoCan.prepare(asked, { action: 's3:GetObject', resource: `${bucket}/x`, transitive: false }),
    )
    expect(entries.map(({ principal, verdict }) => [principal, verdict])).toContainEqual([
      `arn:aws:iam::${account}:role/reader`,
      'certain',
    ])
  })
})
