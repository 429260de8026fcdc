import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { growthBetween } from './runs/growth.ts'
import { measureCollect } from './runs/measure-collect.ts'
import { measureSize, type Size } from './runs/measure-size.ts'

/**
 * `npm run bench`: prints JSON lines. Everything is measured in one run on one machine, and told as ratios to a process that
 * only reads and parses the same files.
 */
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '20x100,100x200,1000x200' },
    huge: { type: 'boolean', default: false },
    seed: { type: 'string', default: '7' },
    'open-roles': { type: 'string', default: '0' },
    'open-by': { type: 'string', default: 'plain' },
    minutes: { type: 'string', default: '30' },
    // Accounts to collect, instead of the sizes: 50,200,500.
    collect: { type: 'string' },
    latency: { type: 'string', default: '30' },
    parallel: { type: 'string', default: '16' },
  },
})

const sizes: Size[] = [...values.sizes.split(','), ...(values.huge ? ['5000x200'] : [])].map((text) => {
  const [accounts, roles] = text.split('x').map(Number)
  if (!accounts || !roles) throw new Error(`expected a size such as 20x100, got ${text}`)
  return { accounts, roles }
})
const settings = {
  seed: values.seed,
  openRoles: Number(values['open-roles']),
  openBy: values['open-by'] as 'plain' | 'shared-tag' | 'unique-tag',
  mostSeconds: Number(values.minutes) * 60,
}

const { buildIfNeeded } = (await import(new URL('../scripts/build.mjs', import.meta.url).href)) as {
  buildIfNeeded(): void
}
buildIfNeeded()

const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`)
print({ machine: { cpu: cpus()[0]?.model, cores: cpus().length, memoryBytes: totalmem(), node: process.version } })
if (values.collect !== undefined) {
  for (const accounts of values.collect.split(',').map(Number)) {
    print(await measureCollect(accounts, Number(values.latency), Number(values.parallel), settings.mostSeconds))
  }
  process.exit()
}
const measured = []
for (const size of sizes) {
  const result = measureSize(size, settings)
  print(result)
  measured.push(result)
}
for (let index = 1; index < measured.length; index++) print(growthBetween(measured[index - 1]!, measured[index]!))
