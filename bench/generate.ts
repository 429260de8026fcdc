import { parseArgs } from 'node:util'
import type { Settings } from './organization/plan.ts'
import { writeOrganization } from './organization/write.ts'

const usage = `usage: tsx -C development bench/generate.ts --out DIR [--accounts 20] [--roles 100] [--seed 7]
                                             [--open-roles 0] [--open-by plain|shared-tag|unique-tag]
                                             [--mixed]`

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    accounts: { type: 'string', default: '20' },
    roles: { type: 'string', default: '100' },
    seed: { type: 'string', default: '7' },
    'open-roles': { type: 'string', default: '0' },
    'open-by': { type: 'string', default: 'plain' },
    mixed: { type: 'boolean', default: false },
  },
})
const settings: Settings = {
  accounts: Number(values.accounts),
  roles: Number(values.roles),
  seed: values.seed,
  openRoles: Number(values['open-roles']),
  openBy: values['open-by'] as Settings['openBy'],
  isMixed: values.mixed,
}
const isUsable =
  values.out !== undefined &&
  [settings.accounts, settings.roles, settings.openRoles].every((count) => Number.isInteger(count) && count >= 0) &&
  settings.accounts >= 4 &&
  ['plain', 'shared-tag', 'unique-tag'].includes(settings.openBy)
if (!isUsable) {
  process.stderr.write(`${usage}\nAn organization has at least 4 accounts.\n`)
  process.exit(2)
}
const { counts } = writeOrganization(values.out!, settings)
process.stderr.write(`${JSON.stringify(counts)}\n`)
