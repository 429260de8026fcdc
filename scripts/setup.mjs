/**
 * What `npm run demo`, `npm test` and `npm run check` do first: see that Node is new enough and that the packages of the lock
 * file are installed. Node's built-ins only, and no syntax that an old Node cannot read.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

checkNode()
installPackages()

function checkNode() {
  const floor = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.replace('>=', '')
  if (isAtLeast(process.versions.node, floor)) return
  fail(
    `this needs Node ${floor} or newer, and this is Node ${process.versions.node}`,
    'install a newer one from nodejs.org, your package manager, or a version manager (nvm install 22)',
  )
}

function installPackages() {
  const installed = join(root, 'node_modules', '.package-lock.json')
  const lock = join(root, 'package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  step(existsSync(installed) ? 'packages are older than the lock file: npm ci' : 'packages are missing: npm ci')
  // npm tells scripts where it is, so that the npm that runs this one is the npm that installs.
  const npm = process.env.npm_execpath
  const run = npm
    ? spawnSync(process.execPath, [npm, 'ci', '--no-audit', '--no-fund'], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
        cwd: root,
        stdio: ['ignore', 2, 2],
        shell: process.platform === 'win32',
      })
  if (run.error) fail(`cannot start npm: ${run.error.message}`, 'install Node with npm, and try again')
  if (run.status !== 0) {
    fail(
      'the packages could not be installed (npm ci, above)',
      'is the package registry reachable? Behind a proxy: npm config set proxy and https-proxy',
    )
  }
}

/** Compares dotted version numbers; parts that are not there count as 0. */
function isAtLeast(version, floor) {
  const have = version.split('.').map(Number)
  const want = floor.split('.').map(Number)
  for (let part = 0; part < want.length; part++) {
    if ((have[part] || 0) !== want[part]) return (have[part] || 0) > want[part]
  }
  return true
}

function step(text) {
  process.stderr.write(`set-up: ${text}\n`)
}

function fail(problem, remedy) {
  process.stderr.write(`error: ${problem}\n  help: ${remedy}\n`)
  process.exit(1)
}
