import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agreement } from '../support/agreement.ts'
import { modelOf, type OrganizationSpec } from '../support/organizations.ts'
import { noise, operatorNames, planted, plants } from '../support/random-organizations.ts'
import { Tally } from '../support/tally.ts'

/** `TRUSTWALK_CONFORMANCE_ROUNDS=20` looks at as many times more organizations, others each round. */
const rounds = Number(process.env.TRUSTWALK_CONFORMANCE_ROUNDS ?? '1')
const seed = 20_260_115

const tally = new Tally()

function disagreements(spec: OrganizationSpec): readonly string[] {
  const model = modelOf(spec)
  const { differences, pairs } = agreement(model)
  for (const pair of pairs) tally.add(model, pair)
  return differences
}

test('the builder finds what the reference evaluator finds when it is asked about every pair', {
  timeout: 600_000,
}, () => {
  for (let index = 0; index < plants * rounds; index++) {
    fc.assert(
      fc.property(noise, (spec) => {
        expect(disagreements(planted(spec, index))).toEqual([])
      }),
      { numRuns: 1, seed: seed + index, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true },
    )
  }
})

test('every layer, operator, form of principal and element opened hops and closed others', () => {
  const layers = ['identity', 'boundary', 'scp', 'trust', 'resource', 'kms-key-policy']
  const forms = ['user', 'role', 'session', 'account id', 'root ARN', '*', '{"AWS":"*"}', 'Service', 'Federated']
  const elements = ['NotAction', 'NotResource', 'action wildcard', 'resource wildcard', 'variable', 'tag']
  const both = [
    ...layers.map((name) => `layer ${name}`),
    ...operatorNames.map((name) => `operator ${name}`),
    ...forms.map((name) => `principal ${name}`),
    ...elements.map((name) => `element ${name}`),
  ]
  // RCPs, Block Public Access and NotPrincipal only close, grants only open; of the dead and the unlisted nobody lets in.
  const closing = ['layer rcp', 'layer s3-bpa', 'layer binding', 'principal NotPrincipal', 'principal unique id']
  expect(tally.missing([...both, 'layer kms-grant', 'layer binding'], [...both, ...closing])).toEqual([])
})
