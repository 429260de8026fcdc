import { beforeAll, describe, expect, test } from 'vitest'
import { paths } from '#queries/paths.ts'
import { pathsPairs } from '#queries/paths-pairs.ts'
import type { Questioned } from '#queries/query.ts'
import { type Acme, openAcme } from './acme.ts'
import { smallQuestion } from './small-question.ts'

let acme: Acme
beforeAll(async () => {
  acme = await openAcme()
}, 120_000)

const ask = (from: string, to: string, max = 3, about: Questioned = acme) =>
  acme.answer(paths.prepare(about, { from, to, max }))

describe('a path is proved hop by hop', () => {
  const [from, to] = ['user/ben.brandt.48', 'role/risk-stream-xffa50']

  test('verdict, residual and evidence of each hop; the answer explains its names', () => {
    const { results, text } = ask(from, to)
    expect(results).toHaveLength(1)
    const [path] = results[0]!.paths
    expect(results[0]).toMatchObject({ verdict: 'conditional', from: path!.hops[0]!.from })
    expect(path!.hops.map(({ verdict }) => verdict)).toEqual(['conditional', 'certain'])
    expect(path!.hops[0]!.conditions).toContainEqual({
      key: 'aws:MultiFactorAuthPresent',
      operator: 'Bool',
      values: ['true'],
    })
    for (const hop of path!.hops) {
      expect(hop.evidence.filter(({ effect }) => effect === 'Allow').map(({ layer }) => layer)).toEqual(
        expect.arrayContaining(['identity', 'trust']),
      )
      expect(text.nodes[hop.to]).toMatchObject({ kind: 'role' })
      expect(text.techniques[hop.technique]).toMatchObject({ id: 'sts-001', cloudTrail: ['AssumeRole'] })
    }
    expect(text.hints).toContainEqual(
      expect.objectContaining({ command: expect.stringContaining('--have aws:MultiFactorAuthPresent=true') }),
    )
  })

  test.each([
    [{ 'aws:MultiFactorAuthPresent': 'true' }, 'certain'],
    [{ 'aws:MultiFactorAuthPresent': 'false' }, 'no'],
  ])('knowing %j it is %s', (have, verdict) => {
    expect(ask(from, to, 3, acme.with(have)).results[0]!.verdict).toBe(verdict)
  })

  test('its id is the same whatever else is asked', () => {
    const [first] = ask(from, to).results
    const [again] = ask(from, to, 10, acme.with({ 'aws:MultiFactorAuthPresent': 'true' })).results
    expect(first!.paths[0]!.id).toMatch(/^[0-9a-f]{16}$/)
    expect(again!.paths[0]!.id).toBe(first!.paths[0]!.id)
  })
})

describe('a choice of the caller leaves a hop certain and is told', () => {
  test('the role session name', () => {
    const { results } = ask('role/platform-worker-ctqg45', 'role/payments-export-ffia47')
    const [hop] = results[0]!.paths[0]!.hops
    expect(hop).toMatchObject({ verdict: 'certain', choices: { 'sts:RoleSessionName': expect.stringMatching(/^ci-/) } })
  })
})

describe('what stops the nearest hop', () => {
  test.each([
    ['role/loyalty-resolver-whzm63', 'role/restricted-nqxa64', 'scp', 'SCP of the source'],
    ['role/risk-indexer-fyyu65', 'role/shipping-replicator-vzeg67', 'scp', 'an SCP, one hop before the end'],
    ['user/uma.silva.84', 'role/pricing-loader-yq3s86', 'identity', 'a Deny of its own'],
    ['role/search-gateway-kw4w108', 'role/support-backfill-qgnv109', 'trust', 'not named'],
    ['role/orders-loader-k4se119', 'role/support-webhook-7k3r121', 'identity', 'trusted, not allowed'],
    ['role/media-ingest-mhng143', 'role/support-ingest-5rx9144', 'identity', 'passed to another service'],
    ['role/catalog-archiver-r769279', 'role/payments-api-mgii280', 'binding', 'no instance profile'],
    ['role/fraud-scheduler-utfv297', 'role/risk-webhook-rz93298', 'binding', 'ECS Exec is off'],
    ['arn:aws:iam::932322124160:root', 'role/insights-worker-sfz5146', 'rcp', 'from outside'],
  ])('%s to %s: %s (%s)', (from, to, layer) => {
    const [result] = ask(from, to).results
    expect(result).toMatchObject({ verdict: 'no', paths: [] })
    expect(result!.blockedBy!.map((block) => block.layer)).toContain(layer)
    for (const block of result!.blockedBy!) expect(block.hop).toBeDefined()
  })
})

describe('ends', () => {
  test('several ends give a result for every pair that some path joins, and no other', () => {
    const { results } = ask('user/pia.garcia.23', 'arn:aws:iam::*:role/*', 1)
    expect(results.length).toBeGreaterThan(2)
    expect(results.every(({ verdict, paths: found }) => verdict !== 'no' && found.length === 1)).toBe(true)
    expect(new Set(results.map(({ to }) => to)).size).toBe(results.length)
  })

  test('an outsider is called what he was asked as', () => {
    const from = 'arn:aws:iam::932890453445:root'
    const [result] = ask(from, 'role/platform-api-uyem10').results
    expect(result).toMatchObject({ from, verdict: 'conditional' })
    expect(result!.paths[0]!.hops).toMatchObject([{ from, via: 'sts:AssumeRole' }])
    expect(result!.paths[0]!.hops[0]!.evidence.map(({ layer }) => layer)).toContain('trust')
  })

  test.each([
    ['arn:aws:iam::962604572825:role/x', 'role/platform-api-uyem10'],
    ['user/zoe.weber.18', 'arn:aws:iam::962604572825:role/x'],
    ['user/zoe.weber.18', 'admin:962604572825'],
    ['admin:962604572825', 'admin:acme-cicd'],
  ])('of an account that could not be read the answer is unknown, not no: %s to %s', (from, to) => {
    const [result] = ask(from, to).results
    expect(result).toMatchObject({ verdict: 'unknown', paths: [], missing: [expect.stringMatching(/962604572825/)] })
    expect(result!.blockedBy).toBeUndefined()
    const { lines } = pathsPairs.prepare(acme, { pairs: [{ from, to }] }).answer(acme.model)
    expect(lines[0]).toMatchObject({ verdict: 'unknown', error: expect.stringMatching(/962604572825/) })
  })

  test('the verdict is that of the best path, however few are shown', () => {
    const to = 'arn:aws:s3:::acme-crown-5jak25cx'
    const [all] = ask('user/zoe.weber.18', to).results
    expect(all!.paths.map(({ verdict }) => verdict).slice(0, 2)).toEqual(['conditional', 'certain'])
    const [one] = acme.answer(paths.prepare(acme, { from: 'user/zoe.weber.18', to, max: 1 })).results
    expect(one).toMatchObject({ verdict: 'certain', hasMore: true, paths: [{ verdict: 'conditional' }] })
  })

  test.each([
    ['role/org-auditor', 'role/org-auditor', /the same node/],
    ['role/org-auditor', 'arn:aws:iam::999999999999:role/x', /lies outside/],
  ])('%s to %s is a mistake', (from, to, message) => {
    expect(() => ask(from, to)).toThrow(message)
  })
})

describe('pairs of a file', () => {
  const a = 'arn:aws:iam::111111111111:user/a'
  const b = 'arn:aws:iam::111111111111:role/b'
  const c = 'arn:aws:iam::111111111111:role/c'
  const about = smallQuestion(
    [
      [a, 'user', '111111111111'],
      [b, 'role', '111111111111'],
      [c, 'role', '111111111111'],
    ],
    [
      [a, b],
      [b, c],
    ],
  )

  test('one line each, in their order', () => {
    const prepared = pathsPairs.prepare(about, {
      pairs: [
        { from: a, to: c },
        { from: c, to: a },
        { from: a, to: b },
        { from: a, to: a },
        { from: `${a}x`, to: b },
        { from: a, to: 'arn:aws:iam::333333333333:role/x' },
        { from: a, to: 'arn:aws:iam::999999999999:role/x' },
        { from: 1 },
      ],
    })
    expect(prepared.accounts).toEqual(new Set())
    const { lines } = prepared.answer(acme.model)
    expect(lines.slice(0, 4)).toEqual([
      { from: a, to: c, verdict: 'certain', length: 2, hops: [b, c], conditions: [] },
      { from: c, to: a, verdict: 'no', length: null, hops: [], conditions: [] },
      { from: a, to: b, verdict: 'certain', length: 1, hops: [b], conditions: [] },
      { from: a, to: a, verdict: 'no', length: null, hops: [], conditions: [] },
    ])
    for (const line of lines.slice(4)) expect(line).toMatchObject({ verdict: 'unknown', error: expect.any(String) })
  })

  test('what one line states holds for it alone', () => {
    const pair = { from: 'user/ben.brandt.48', to: 'role/risk-stream-xffa50' }
    const { lines } = acme.answer(
      pathsPairs.prepare(acme, { pairs: [{ ...pair, have: { 'aws:MultiFactorAuthPresent': 'true' } }, pair] }),
    )
    expect(lines.map(({ verdict }) => verdict)).toEqual(['certain', 'conditional'])
  })
})
