/** Loaded into every measured process: appends what it used to a file when it ends. */
import { appendFileSync } from 'node:fs'

const file = process.env.TRUSTWALK_BENCH_USAGE
if (file !== undefined) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
    appendFileSync(file, `${JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, peakBytes: maxRSS * 1024 })}\n`)
  })
}
