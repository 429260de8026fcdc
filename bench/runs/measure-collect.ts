import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runMeasured } from './process.ts'
import { serviceNames } from './service-names.ts'

/** A walk of an organization that answers after `latency` milliseconds, with `parallel` calls in flight, against the time that its calls would take if nothing else did. */
export async function measureCollect(
  accounts: number,
  latency: number,
  parallel: number,
  mostSeconds: number,
): Promise<object> {
  const front = spawn(
    process.execPath,
    ['--import', 'tsx', '-C', 'development', 'bench/runs/collect-front.ts', String(accounts), String(latency)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const workspace = mkdtempSync(join(tmpdir(), 'bench-collect-'))
  try {
    const [address] = await once(front.stdout, 'data')
    const used = runMeasured(
      'dist/src/cli/main.js',
      ['collect', '--format', 'json', '--quiet', '--parallel', String(parallel), '--services', serviceNames.join(',')],
      mostSeconds,
      {
        AWS_ENDPOINT_URL: String(address).trim(),
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'bench',
        AWS_SECRET_ACCESS_KEY: 'bench',
        AWS_EC2_METADATA_DISABLED: 'true',
        TRUSTWALK_HOME: workspace,
      },
    )
    if (used === undefined) return { collect: { accounts }, failed: true }
    const { calls } = JSON.parse(used.stdout) as { readonly calls: number }
    const least = (calls * latency) / 1000 / parallel
    return {
      collect: { accounts, latency, parallel, calls },
      wall: used.wall,
      cpu: used.cpu,
      least,
      ratio: used.wall / least,
      peakBytes: used.peakBytes,
    }
  } finally {
    front.kill()
    rmSync(workspace, { recursive: true, force: true })
  }
}
