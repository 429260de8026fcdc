import type { Account, Model } from '#src/model/model.ts'
import { all, type Formula } from '#src/policy/formula.ts'
import { gapFormula, gapsOf, givenBy } from '../binding/collected.ts'
import { existing, needsOf, placeOf, type Slots } from '../binding/fill.ts'
import { couldTrust, rolesTrusting, trustFor } from '../binding/trust.ts'
import type { Binder, NeedResource, Opening, Requirement, Technique } from '../technique.ts'

const service = 'rolesanywhere.amazonaws.com'

/** The id that AWS would give to a new trust anchor: no policy names it. */
const freshAnchor = 'trust-anchor/00000000-0000-4000-8000-000000000000'

/** A certificate of a trust anchor gets the roles that an enabled profile of its region lists. */
export const trustAnchor: Binder = {
  *openings(technique, account, model) {
    for (const { anchor, role, given } of sessions(account, model)) {
      yield { technique, from: anchor, to: role, needs: [], given, trust: anchoredTrust(anchor, role, account) }
    }
  },
  *closedOpenings(technique, { from, to }, account, model) {
    const anchor = account.rolesAnywhere.trustAnchors.find(({ arn }) => arn === from)
    if (anchor === undefined || !couldTrust(account, to, service)) return
    if ([...sessions(account, model)].some((session) => session.anchor === from && session.role === to)) return
    const reason = anchor.enabled ? 'no enabled profile lists the role' : 'the trust anchor is disabled'
    const trust = anchoredTrust(from, to, account)
    yield { technique, from, to, needs: [], given: all(), trust, closedBy: { layer: 'binding', reason } }
  },
}

/** The same for a principal that can get such a certificate, that lists roles in a profile, or that makes an anchor of its own. */
export const rolesAnywhere: Binder = {
  openings(technique, account, model) {
    if (technique.requires.some(({ action }) => action === 'rolesanywhere:CreateTrustAnchor')) {
      return ownAnchors(technique, account, model)
    }
    if (technique.requires.some(({ on }) => on === 'trust-anchor')) return changedAnchors(technique, account, model)
    return certificates(technique, account, model)
  },
}

interface Session {
  readonly anchor: string
  readonly role: string
  readonly given: Formula
}

function* sessions(account: Account, model: Model): Generator<Session> {
  const { trustAnchors, profiles } = account.rolesAnywhere
  for (const { arn: anchor, enabled } of trustAnchors) {
    if (!enabled) continue
    const listed = new Set<string>()
    for (const profile of profiles) {
      if (!profile.enabled || regionOf(profile.arn) !== regionOf(anchor)) continue
      for (const role of profile.roles) listed.add(role)
    }
    for (const role of listed) if (couldTrust(account, role, service)) yield { anchor, role, given: all() }
    for (const gap of gapsOf(account, model, 'rolesanywhere', ['ListProfiles'])) {
      if (gap.region !== undefined && gap.region !== regionOf(anchor)) continue
      for (const { arn } of rolesTrusting(account, service)) {
        if (!listed.has(arn)) yield { anchor, role: arn, given: gapFormula(gap) }
      }
    }
  }
}

const regionOf = (arn: string): string | undefined => arn.split(':')[3]

const anchoredTrust = (anchor: string, role: string, account: Account) =>
  trustFor(service, role, account, { 'aws:SourceArn': [anchor] })

function* certificates(technique: Technique, account: Account, model: Model): Generator<Opening> {
  // Which secret holds the key of a certificate no snapshot proves: reading secrets by itself leads to no role.
  const needs = needsOf(technique, placeOf(account, model), { 'secretsmanager:Secret': [] })
  if (needs === undefined) return
  for (const { anchor, role, given } of sessions(account, model)) {
    const trust = anchoredTrust(anchor, role, account)
    yield { technique, to: role, resource: anchor, needs, given: all(givenBy(technique, account), given), trust }
  }
}

function* ownAnchors(technique: Technique, account: Account, model: Model): Generator<Opening> {
  const place = placeOf(account, model)
  const anchor = `arn:${place.partition}:rolesanywhere:*:${account.id}:${freshAnchor}`
  for (const role of rolesTrusting(account, service)) {
    const needs = needsOf(technique, place, { 'target-role': [existing(role.arn, role.tags)] })
    if (needs === undefined) continue
    const trust = anchoredTrust(anchor, role.arn, account)
    yield { technique, to: role.arn, needs, given: givenBy(technique, account), trust }
  }
}

/** Another certificate authority behind an anchor, or another role in a profile; the latter has to be passed. */
function* changedAnchors(technique: Technique, account: Account, model: Model): Generator<Opening> {
  const { trustAnchors, profiles } = account.rolesAnywhere
  const place = placeOf(account, model)
  const given = givenBy(technique, account)
  for (const session of sessions(account, model)) {
    const needs = needsOf(technique, place, { 'trust-anchor': [existing(session.anchor)], 'rolesanywhere-profile': [] })
    const trust = anchoredTrust(session.anchor, session.role, account)
    if (needs !== undefined)
      yield { technique, to: session.role, resource: session.anchor, needs, given: all(given, session.given), trust }
  }
  for (const { arn: anchor, enabled } of trustAnchors) {
    const nearby = profiles.filter((profile) => profile.enabled && regionOf(profile.arn) === regionOf(anchor))
    if (!enabled || nearby.length === 0) continue
    const profile: readonly NeedResource[] = nearby.map(({ arn }) => existing(arn))
    for (const role of rolesTrusting(account, service)) {
      const slots: Slots = {
        'trust-anchor': [],
        'rolesanywhere-profile': profile,
        'target-role': [existing(role.arn, role.tags)],
      }
      const needs = needsOf({ requires: [...technique.requires, passRole] }, place, slots)
      const trust = anchoredTrust(anchor, role.arn, account)
      if (needs !== undefined) yield { technique, to: role.arn, resource: anchor, needs, given, trust }
    }
  }
}

const passRole: Requirement = {
  action: 'iam:PassRole',
  on: 'target-role',
  context: { 'iam:PassedToService': [service] },
}
