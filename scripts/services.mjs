/**
 * Servers that tests run against, installed into .cache/ under the hash of what they are made of. `npm run services` installs what is
 * missing; `npm run services -- doctor` says what there is, and how to get the rest. Node's built-ins only.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { root } from './run.mjs'

const requirements = join(root, 'tools', 'moto-requirements.txt')
const remedy =
  'install Python 3.10 or newer with venv (Debian: apt install python3 python3-venv), or name one in PYTHON; pip has to reach a package index'

/** What is missing for the emulator: one sentence, or undefined. */
export function missingForEmulator() {
  const python = findPython()
  if (python === undefined) return `the AWS emulator of the tests needs Python 3.10 or newer\n  help: ${remedy}`
  return undefined
}

function findPython() {
  return [process.env.PYTHON, 'python3', 'python'].find((name) => {
    if (!name) return false
    const { status } = spawnSync(name, ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'])
    return status === 0
  })
}

/** Where the emulator is, or will be. */
const folderOf = () => {
  const stamp = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  return join(root, '.cache', `moto-${stamp}`)
}

const programIn = (folder, name) =>
  process.platform === 'win32' ? join(folder, 'Scripts', `${name}.exe`) : join(folder, 'bin', name)

/**
 * Installs the emulator if it is not there, and returns its program. Throws an `Error` with the remedy.
 * @param {(text: string) => void} say
 */
export function installEmulator(say = () => {}) {
  const folder = folderOf()
  const stamp = join(folder, 'complete')
  const program = programIn(folder, 'moto_server')
  if (existsSync(stamp)) return program
  const missing = missingForEmulator()
  if (missing !== undefined) throw new Error(missing)
  say(`installing the AWS emulator into ${folder}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(root, '.cache'), { recursive: true })
  run(findPython(), ['-m', 'venv', folder])
  run(programIn(folder, 'python'), [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    requirements,
  ])
  writeFileSync(`${stamp}.tmp`, '')
  renameSync(`${stamp}.tmp`, stamp)
  return program
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 2, 2] })
  if (error !== undefined || status !== 0) {
    throw new Error(`the AWS emulator could not be installed: ${program} ${args.join(' ')}\n  help: ${remedy}`)
  }
}

/** Starts the emulator on a free port of the loopback interface, with more in its environment. */
export async function startEmulator(environment = {}) {
  const program = installEmulator((text) => process.stderr.write(`set-up: ${text}\n`))
  const port = await freePort()
  const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, ...environment },
  })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => undefined)
    if (answer?.ok) break
    if (child.exitCode !== null || tries > 900) {
      child.kill()
      throw new Error(`the AWS emulator does not start: ${program}`)
    }
    await sleep(100)
  }
  return { url, stop: () => child.kill() }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv[2] === 'doctor') {
    const isThere = existsSync(join(folderOf(), 'complete'))
    process.stdout.write(
      `AWS emulator: ${isThere ? 'installed' : (missingForEmulator() ?? 'not installed; npm run services installs it')}\n`,
    )
  } else {
    try {
      installEmulator((text) => process.stderr.write(`set-up: ${text}\n`))
      process.stdout.write('AWS emulator: installed\n')
    } catch (error) {
      process.stderr.write(`error: ${error.message}\n`)
      process.exitCode = 1
    }
  }
}
