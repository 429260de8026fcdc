import { camelCase, withEntry, withImport } from './index-line.mjs'

/**
 * A service of a region whose recorded answers hold nothing yet that anybody wants to know. Its client has to be changed
 * before it can be asked; until then its test of declarations fails.
 */
export function serviceFiles(name, { read, exists }) {
  const path = `ingest/services/${name}.ts`
  if (exists(path)) throw new Error(`${path} is there already`)
  const index = withImport(read('ingest/services/index.ts'), camelCase(name), `./${name}.ts`)
  return {
    [path]: sourceOf(name),
    'ingest/services/index.ts': withEntry(
      index,
      'export const services: readonly Service[] = [',
      `  ${camelCase(name)},`,
    ),
    [`test/ingest/services/${name}.test.ts`]: testOf(name),
  }
}

const sourceOf = (name) => `import type { Fact } from '#src/model/facts.ts'
import type { Service } from '../service.ts'

/** What is kept of the answers of ${name}. */
export const ${camelCase(name)}: Service = {
  name: '${name}',
  scope: 'region',
  tells: 'which things there are',
  client: { name: 'STSClient', load: () => import('@aws-sdk/client-sts') },
  calls: [{ operation: 'ListThings', keep: 'Things { Arn }' }],
  operations: ['ListThings'],
  read(recorded): readonly Fact[] {
    const things = recorded.get('ListThings').get('Things').items()
    return things.flatMap((thing) => (thing.get('Arn').arn() === undefined ? [] : []))
  },
}
`

const testOf = (name) => `import { expect, test } from 'vitest'
import { loadModel } from '#ingest/load-model.ts'
import { account, details, detailsPath, temporaryDirectory, writeFiles } from '../../support/snapshots.ts'

const region = 'eu-west-1'
const arn = \`arn:aws:${name}:\${region}:\${account}:thing/one\`

test('answers of ${name} become facts, and one of another shape is a gap, not a crash', async () => {
  const load = (answer: unknown) =>
    loadModel(
      writeFiles(temporaryDirectory(), {
        [detailsPath()]: details({}),
        [\`accounts/\${account}/\${region}/${name}.json\`]: { ListThings: answer },
      }),
    )
  const { resources } = (await load({ Things: [{ Arn: arn }] })).accounts.get(account)!
  expect(resources.map((resource) => resource.arn)).toEqual([])
  const { gaps } = await load({ Things: 'none' })
  expect(gaps.filter(({ code }) => code === 'Unreadable')).toHaveLength(1)
})
`
