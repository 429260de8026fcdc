import { beforeAll, describe, expect, test } from 'vitest'
import { external } from '#queries/external.ts'
import { whatCan } from '#queries/what-can.ts'
import { whoCan } from '#queries/who-can.ts'
import { type Acme, openAcme } from './acme.ts'

let acme: Acme
beforeAll(async () => {
  acme = await openAcme()
}, 120_000)

describe('who-can', () => {
  const resource = 'arn:aws:s3:::acme-catalog-api-dpr5249/x'
  const ask = (transitive: boolean) =>
    acme.answer(whoCan.prepare(acme, { action: 's3:GetObject', resource, transitive })).entries

  test('principals of the organization, outsiders, and anybody where the bucket is public', () => {
    const entries = ask(false)
    expect(entries).toContainEqual(
      expect.objectContaining({ principal: '*', kind: 'anonymous', verdict: 'certain', hops: 0, through: null }),
    )
    expect(entries.some(({ kind }) => kind === 'user')).toBe(true)
    expect(entries.some(({ principal }) => principal.startsWith('admin:'))).toBe(false)
  })

  test('through hops only where it is not possible, or less sure, without', () => {
    const bucket = 'arn:aws:s3:::acme-crown-rh6iz7bi/x'
    const of = (transitive: boolean) =>
      acme.answer(whoCan.prepare(acme, { action: 's3:GetObject', resource: bucket, transitive })).entries
    const direct = new Set(of(false).map(({ principal }) => principal))
    const all = of(true)
    const far = all.find(({ principal }) => principal === 'arn:aws:iam::265679049743:user/ana.rossi.303')
    expect(far).toMatchObject({
      verdict: 'certain',
      hops: 2,
      through: 'arn:aws:iam::213959539266:role/insights-webhook-y6eu305',
    })
    for (const { principal, hops } of all)
      expect([principal, direct.has(principal) || hops > 0]).toEqual([principal, true])
    for (const principal of direct) expect(all.map((entry) => entry.principal)).toContain(principal)
  })

  test('everybody has to be read', () => {
    expect(whoCan.prepare(acme, { action: 's3:GetObject', resource, transitive: false }).accounts).toBe('all')
  })
})

describe('what-can', () => {
  const ask = (principal: string, service?: string) =>
    acme.answer(whatCan.prepare(acme, { principal, ...(service !== undefined && { service }) })).entries

  test('what a boundary or an SCP takes away is not listed', () => {
    // Its boundary has no sts:AssumeRole; what a role that trusts everybody gives is in it, the policy is not.
    const actions = ask('role/ledger-gateway-vj2577').filter(({ by }) => by === 'identity')
    expect(actions).toEqual([])
  })

  test('what NotAction leaves out is told', () => {
    const [wide] = ask('role/pricing-ingest-qaje123').filter(({ by }) => by === 'identity')
    expect(wide!.actions).toEqual(['*'])
    expect(wide!.except).toEqual(expect.arrayContaining(['sts:*', 'iam:*']))
  })

  test('one service', () => {
    const entries = ask('role/pricing-ingest-qaje123', 's3')
    expect(entries.length).toBeGreaterThan(0)
    for (const { actions } of entries) for (const action of actions) expect(action).toMatch(/^s3:/)
  })
})

describe('external', () => {
  test('an outsider that a policy names, everybody, a provider', () => {
    const { entries } = acme.answer(external.prepare(acme, {}))
    const of = (to: string) => entries.filter((entry) => entry.to.endsWith(to))
    expect(of('role/media-notifier-8vc9145')).toMatchObject([
      { from: 'arn:aws:iam::980097272514:root', kind: 'account', verdict: 'conditional' },
    ])
    expect(of('role/platform-api-uyem10')).toMatchObject([{ from: '*', kind: 'account', verdict: 'conditional' }])
    expect(of(':acme-catalog-api-dpr5249')).toMatchObject([{ from: '*', kind: 'anonymous', verdict: 'certain' }])
    expect(of('role/insights-stream-6mnu1')).toMatchObject([{ kind: 'oidc', verdict: 'certain' }])
    expect(of('role/payments-sync-85yz5')).toMatchObject([{ kind: 'oidc', verdict: 'conditional' }])
    expect(of('role/orders-indexer-zvna14')).toMatchObject([{ kind: 'roles-anywhere', verdict: 'certain' }])
    expect(entries.filter(({ kind }) => kind === 'saml').every(({ verdict }) => verdict === 'conditional')).toBe(true)
    expect(entries.filter(({ kind }) => kind === 'service')).toEqual([])
  })
})
