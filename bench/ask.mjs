/** Loads a stored graph and asks of it, each some times; prints seconds. Uses the built program, as a user would. */
import { readFileSync } from 'node:fs'
import { blastRadius } from '../dist/queries/blast-radius.js'
import { paths } from '../dist/queries/paths.js'
import { openSnapshot } from '../dist/src/cli/open-snapshot.js'

const [workspace, expectedFile] = process.argv.slice(2)
const expected = JSON.parse(readFileSync(expectedFile, 'utf8'))
const io = {
  env: { TRUSTWALK_HOME: workspace },
  directory: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  writeError: (text) => process.stderr.write(text),
}
const most = 15

const started = performance.now()
const opened = await openSnapshot(undefined, { quiet: true }, io)
const loaded = performance.now()
const about = { graph: opened.graph, register: opened.register, have: new Map() }

const seconds = { load: (loaded - started) / 1000, blastRadius: [], path: [] }
for (const { accessKeyId } of expected.accessKeys.slice(0, most)) {
  await clock(seconds.blastRadius, blastRadius, { subject: accessKeyId })
}
for (const { start, end } of expected.paths.slice(0, most)) await clock(seconds.path, paths, { from: start, to: end, max: 3 })
process.stdout.write(JSON.stringify(seconds))

async function clock(list, query, params) {
  const begun = performance.now()
  const prepared = query.prepare(about, params)
  prepared.answer(await opened.load(prepared.accounts))
  list.push((performance.now() - begun) / 1000)
}
