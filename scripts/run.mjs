import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Runs a script with this Node, its output shown; returns its exit code. */
export function runNode(script, args, options = {}) {
  const { status, error } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit', ...options })
  if (error) throw error
  return status ?? 1
}

/** Runs a program of an installed package, by the file that its package.json names, so that no shell is needed. */
export function runPackage(file, args, options) {
  const script = join(root, 'node_modules', file)
  if (!existsSync(script)) throw new Error(`node_modules/${file} is not there: run npm ci`)
  return runNode(script, args, options)
}

/** Runs a script of package.json with the npm that runs this one; returns its exit code. */
export function runScript(name) {
  const npm = process.env.npm_execpath
  if (npm) return runNode(npm, ['run', '--silent', name])
  const { status } = spawnSync('npm', ['run', '--silent', name], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  return status ?? 1
}
