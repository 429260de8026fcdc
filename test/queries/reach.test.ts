import { beforeAll, describe, expect, test } from 'vitest'
import { blastRadius } from '#queries/blast-radius.ts'
import { reachQuery } from '#queries/reach.ts'
import { type Acme, openAcme } from './acme.ts'
import { smallQuestion } from './small-question.ts'

let acme: Acme
beforeAll(async () => {
  acme = await openAcme()
}, 120_000)

const key = 'AKIAQSIDUWE7NEXAMPLE'
const owner = 'arn:aws:iam::265679049743:user/ana.rossi.303'

describe('the blast radius of a key', () => {
  test('whose it is, what it leads to, the owner not among them', () => {
    const { subject, principals, resources, accounts, gaps } = acme.answer(blastRadius.prepare(acme, { subject: key }))
    expect(subject).toMatchObject({ accessKeyId: key, owner, status: 'Active' })
    expect(principals.map(({ arn }) => arn)).not.toContain(owner)
    expect(principals.map(({ hops }) => hops)).toEqual(principals.map(({ hops }) => hops).sort((a, b) => a - b))
    expect(principals.every(({ hops }) => hops > 0)).toBe(true)
    expect(principals.every(({ verdict, conditions }) => (verdict === 'certain') === (conditions.length === 0))).toBe(
      true,
    )
    expect(resources).toContainEqual(
      expect.objectContaining({ arn: 'arn:aws:s3:::acme-crown-jyrgpkas', hops: 1, through: owner, verdict: 'certain' }),
    )
    expect(accounts).toContainEqual({
      id: '741682852122',
      verdict: 'conditional',
      admin: false,
      adminVerdict: 'no',
    })
    expect(gaps).toContainEqual(
      expect.objectContaining({ account: '962604572825', operation: 'GetAccountAuthorizationDetails' }),
    )
  })

  test('what to do first: the key, then the sessions, then the ways that lead furthest', () => {
    const { containment, principals } = acme.answer(blastRadius.prepare(acme, { subject: key }))
    expect(containment.map(({ order }) => order)).toEqual(containment.map((_, at) => at + 1))
    expect(containment[0]).toMatchObject({
      action: 'deactivate the key',
      command: expect.stringContaining(key),
      removes: { principals: principals.length },
    })
    expect(containment.findIndex(({ action }) => action.startsWith('revoke the sessions'))).toBeGreaterThan(0)
    const closing = containment.filter(({ action }) => action.startsWith('close the trust'))
    const removed = closing.map(({ removes }) => removes.principals)
    expect(closing.length).toBeGreaterThan(0)
    expect(removed).toEqual([...removed].sort((a, b) => b - a))
  })

  test('what is known of the attacker makes conditional things certain, or strikes them out', () => {
    const verdictOf = (have: Record<string, string>) =>
      acme
        .answer(blastRadius.prepare(acme.with(have), { subject: key }))
        .principals.find(({ arn }) => arn.endsWith('role/media-enricher-vdrf306'))?.verdict
    expect(verdictOf({})).toBe('conditional')
    expect(verdictOf({ 'sts:ExternalId': 'ext-z4h7zk7t8d' })).toBe('certain')
    expect(verdictOf({ 'sts:ExternalId': 'guessed' })).toBeUndefined()
  })

  test('an inactive key is answered as if it were active, and said to be inactive', () => {
    const answer = acme.answer(blastRadius.prepare(acme, { subject: 'AKIANHNQWP372EXAMPLE' }))
    expect(answer.subject.status).toBe('Inactive')
    expect(answer.principals.length).toBeGreaterThan(0)
    expect(answer.text.notes.join()).toMatch(/inactive/)
  })

  test.each([
    ['AKIAQSIDUWE7NEXAMPLF', /no access key/],
    ['ASIAQSIDUWE7NEXAMPLE', /temporary session/],
    ['admin', /stands for/],
  ])('%s: %s', (subject, message) => {
    expect(() => blastRadius.prepare(acme, { subject })).toThrow(message)
  })
})

test('the key of a user is asked like the user, and reach tells the same without saying what to do', () => {
  const byKey = acme.answer(blastRadius.prepare(acme, { subject: key }))
  const byReach = acme.answer(reachQuery.prepare(acme, { principal: owner }))
  expect(byReach).toMatchObject({ principals: byKey.principals, resources: byKey.resources, containment: [] })
})

describe('accounts', () => {
  test('an administrator is told by its account, not among the principals', () => {
    const a = 'arn:aws:iam::111111111111:user/ci'
    const victim = 'arn:aws:iam::111111111111:role/victim'
    const about = smallQuestion(
      [
        [a, 'user', '111111111111'],
        ['admin:111111111111', 'admin', '111111111111'],
        [victim, 'role', '111111111111'],
      ],
      [
        [a, 'admin:111111111111'],
        ['admin:111111111111', victim],
      ],
    )
    const answer = blastRadius.prepare(about, { subject: 'AKIAIOSFODNN7EXAMPLE' }).answer(acme.model)
    expect(answer.principals).toMatchObject([{ arn: victim, hops: 2, through: 'admin:111111111111' }])
    expect(answer.accounts).toEqual([{ id: '111111111111', verdict: 'certain', admin: true, adminVerdict: 'certain' }])
  })
})
