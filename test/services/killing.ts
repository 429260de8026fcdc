import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../../scripts/run.mjs'
import { externalId, region } from './plant.ts'

/**
 * Collects in processes of their own that are killed (SIGKILL) at random moments, and goes on with `--resume` where something
 * was left; at last one is let finish. Returns how many were killed while they worked.
 */
export async function killAtRandom(
  times: number,
  workspace: string,
  environment: Readonly<Record<string, string>>,
  random: () => number,
): Promise<number> {
  const env = { ...process.env, ...environment, TRUSTWALK_HOME: workspace }
  const snapshots = join(workspace, 'snapshots')
  const isBegun = () => existsSync(snapshots) && readdirSync(snapshots).some((name) => name.startsWith('.collecting-'))
  const start = () => {
    const verb = isBegun() ? ['--resume'] : ['--regions', region, '--external-id', externalId]
    const args = [
      '--import',
      'tsx',
      '--import',
      './test/services/local-names.mjs',
      '-C',
      'development',
      'src/cli/main.ts',
    ]
    const child = spawn(process.execPath, [...args, 'collect', ...verb, '--quiet', '--parallel-accounts', '2'], {
      cwd: root,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let errors = ''
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
    return { child, ended, errorsOf: () => errors }
  }
  let killed = 0
  for (let tries = 0; killed < times && tries < 4 * times; tries++) {
    const { child, ended } = start()
    const code = await Promise.race([ended, sleep(900 + 1800 * random()).then(() => 'working' as const)])
    if (code !== 'working') continue
    child.kill('SIGKILL')
    await ended
    killed++
  }
  const { ended, errorsOf } = start()
  const code = await ended
  if (code !== 0) throw new Error(`exit code ${code}: ${errorsOf()}`)
  return killed
}
