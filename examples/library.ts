/**
 * trustwalk as a library: what enters from outside, what one leaked key opens, and the proof of one path.
 *
 *     npm run build && npx tsx -C development examples/library.ts
 */
import { fileURLToPath } from 'node:url'
import { blastRadius, external, openSnapshot, paths } from 'trustwalk'

const leaked = 'AKIAQSIDUWE7NEXAMPLE'

const snapshot = await openSnapshot(fileURLToPath(new URL('acme', import.meta.url)))

const { entries } = await external(snapshot, {})
const certain = entries.filter(({ verdict }) => verdict === 'certain')
console.log(`${entries.length} ways in from outside, ${certain.length} of them for certain`)

const { principals, resources, containment } = await blastRadius(snapshot, { subject: leaked })
console.log(`${leaked} leads to ${principals.length} identities and ${resources.length} resources`)
console.log(`first: ${containment[0]?.action}`)

// As someone who knows an external ID; every hop comes with the statements that allow it.
const have = { 'sts:ExternalId': 'ext-z4h7zk7t8d' }
const { results } = await paths(snapshot, { from: leaked, to: 'tag:classification=crown-jewel' }, { have })
for (const { from, to, verdict, paths: found } of results) {
  console.log(`${from} reaches ${to}: ${verdict}`)
  const surest = found.find((path) => path.verdict === verdict)
  for (const hop of surest?.hops ?? []) {
    const proof = hop.evidence.map(({ policy, statement }) => `${policy} #${statement + 1}`)
    console.log(`  ${hop.via} to ${hop.to}, by ${proof.join(', ')}`)
  }
}
