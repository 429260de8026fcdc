/** Loads a stored graph and asks of it, each some times; prints seconds. Uses the built library, as a program would. */
import { readFileSync } from 'node:fs'
import { blastRadius, openSnapshot, paths } from '../dist/src/index.js'

const [workspace, expectedFile] = process.argv.slice(2)
const expected = JSON.parse(readFileSync(expectedFile, 'utf8'))
const most = 15

const [snapshot, load] = await clock(() => openSnapshot(undefined, { workspace }))
const seconds = { load, blastRadius: [], path: [] }
for (const { accessKeyId } of expected.accessKeys.slice(0, most)) {
  seconds.blastRadius.push((await clock(() => blastRadius(snapshot, { subject: accessKeyId })))[1])
}
for (const { start, end } of expected.paths.slice(0, most)) {
  seconds.path.push((await clock(() => paths(snapshot, { from: start, to: end })))[1])
}
process.stdout.write(JSON.stringify(seconds))

async function clock(work) {
  const begun = performance.now()
  const result = await work()
  return [result, (performance.now() - begun) / 1000]
}
