import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { services } from '#ingest/services/index.ts'
import { organizations } from '#ingest/services/organizations.ts'
import { root } from '../../scripts/run.mjs'

const file = join(root, 'docs', 'collect.md')

/** The table of docs/collect.md is made from the files of the services. `npx vitest run test/papers -u` writes it anew. */
test('the table of services says what is asked', async () => {
  const rows = [organizations, ...services].map((service) => {
    const scope = 'scope' in service ? (service.scope as string) : 'organization'
    const isOfPeople = services.some(
      ({ name, isOrganizationWide }) => name === service.name && isOrganizationWide === true,
    )
    const where = isOfPeople ? 'one account, each region' : scope === 'region' ? 'each region' : scope
    const operations = service.calls.map(({ operation, isOptional, isManagement }) => {
      if (isOptional === true) return `${operation} (\`--last-accessed\`)`
      return isManagement === true ? `${operation} (management account)` : operation
    })
    return `| ${service.name} | ${where} | ${operations.join(', ')} | ${service.tells} |`
  })
  const table = ['| service | in | operations | tells |', '|---|---|---|---|', ...rows].join('\n')
  const written = readFileSync(file, 'utf8').replace(
    /<!-- services -->[\s\S]*<!-- \/services -->/,
    () => `<!-- services -->\n${table}\n<!-- /services -->`,
  )
  expect(rows.length).toBeGreaterThan(30)
  await expect(written).toMatchFileSnapshot(file)
})
