/** `npm run demo`: the main job on examples/acme, in a workspace that is thrown away. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildIfNeeded } from './build.mjs'
import { root } from './run.mjs'

const leakedKey = 'AKIAQSIDUWE7NEXAMPLE'
const pathsToShow = 3

buildIfNeeded()
const workspace = mkdtempSync(join(tmpdir(), 'trustwalk-demo-'))
process.on('exit', () => rmSync(workspace, { recursive: true, force: true }))

say('Eight accounts of an invented organization, as recorded responses of AWS. Nothing is asked of AWS itself.')
show('import', 'examples/acme')

say(
  'Which users become administrator of an account, and how? The riskiest: nothing left to guess, from another account, in few hops.',
)
const found = JSON.parse(
  trustwalk(
    ['paths', '--from', 'arn:aws:iam::*:user/*', '--to', 'admin', '--max', '1', '--format', 'json', '--quiet'],
    'pipe',
  ),
)
for (const { from, to } of riskiest(found.results).slice(0, pathsToShow))
  show('paths', '--from', from, '--to', to, '--max', '1')

say('One access key was found in a public repository. How bad is it, and what first?')
show('blast-radius', leakedKey)

say('What lets somebody in from outside the organization?')
show('external')

say('Now on your own files:')
process.stdout.write(`  npm install --global .                     the program trustwalk
  mkdir details && aws iam get-account-authorization-details > details/my-account.json
  trustwalk import details
  trustwalk paths --from 'arn:aws:iam::*:user/*' --to admin
  trustwalk --help
`)

/** One path for each start, worst first. */
function riskiest(results) {
  const accountOf = (node) => /\d{12}/.exec(node)?.[0]
  const rank = ({ from, to, verdict, paths }) => [
    verdict === 'certain' ? 0 : 1,
    accountOf(from) === accountOf(to) ? 1 : 0,
    paths[0].hops.length,
  ]
  return results
    .filter(({ paths }) => paths.length > 0)
    .map((result) => ({ ...result, rank: rank(result) }))
    .sort((left, right) => left.rank.reduce((order, part, at) => order || part - right.rank[at], 0))
    .filter(({ from }, at, all) => all.findIndex((other) => other.from === from) === at)
}

function show(...args) {
  process.stdout.write(`\n$ trustwalk ${args.map((arg) => (/[*\s]/.test(arg) ? `'${arg}'` : arg)).join(' ')}\n\n`)
  trustwalk(args, 'inherit')
}

/** What was not collected is said once, by the import; the messages of a question are shown only if it fails. */
function trustwalk(args, stdout) {
  const stderr = args[0] === 'import' ? 'inherit' : 'pipe'
  const ran = spawnSync(process.execPath, [join(root, 'dist/src/cli/main.js'), ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TRUSTWALK_HOME: workspace },
    maxBuffer: 2 ** 28,
    stdio: ['ignore', stdout, stderr],
  })
  if (ran.error) throw ran.error
  if (ran.status !== 0) {
    process.stderr.write(`${ran.stderr ?? ''}error: trustwalk ${args[0]} ended with exit code ${ran.status}\n`)
    process.exit(1)
  }
  return ran.stdout
}

function say(text) {
  process.stdout.write(`\n── ${text}\n`)
}
