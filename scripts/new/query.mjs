import { camelCase, pascalCase, withEntry, withImport } from './index-line.mjs'

/** A question that lists the roles of the snapshot; change what it lists. */
export function queryFiles(name, { read, exists }) {
  const path = `queries/${name}.ts`
  if (exists(path)) throw new Error(`${path} is there already`)
  const index = withImport(read('src/cli/commands/index.ts'), `add${pascalCase(name)}`, `./${name}.ts`)
  const library = read('src/index.ts')
  return {
    [path]: sourceOf(name),
    [`src/cli/commands/${name}.ts`]: commandOf(name),
    'src/cli/commands/index.ts': withEntry(
      index,
      'export const addVerbs: readonly AddVerb[] = [',
      `  add${pascalCase(name)},`,
      (line) => line.includes('addCan,'),
    ),
    'src/index.ts': withFunction(library, name),
    [`test/queries/${name}.test.ts`]: testOf(name),
  }
}

/** The library's function, after those that are there. */
function withFunction(library, name) {
  const imported = withImport(library, `${camelCase(name)} as ${camelCase(name)}Query`, `#queries/${name}.ts`)
  const end = imported.indexOf('\n\n', imported.lastIndexOf('= questionOf('))
  const line = `/** Every role. */\nexport const ${camelCase(name)} = questionOf(${camelCase(name)}Query)`
  return `${imported.slice(0, end)}\n${line}${imported.slice(end)}`
}

const sourceOf = (name) => `import { z } from 'zod'
import type { RowsAnswer } from '#src/answers/rows.ts'
import { gapsOf, summaryOf, textParts } from './naming.ts'
import { defineQuery, readsNothing } from './query.ts'

type ${pascalCase(name)}Entry = {
  readonly role: string
}

export const ${camelCase(name)} = defineQuery({
  id: '${name}',
  question: 'Which roles are there?',
  params: z.object({}),
  prepare(about) {
    const { graph, register } = about
    const entries: ${pascalCase(name)}Entry[] = []
    for (let number = 0; number < graph.nodeCount; number++) {
      const { arn, kind } = graph.node(number)
      if (kind === 'role') entries.push({ role: arn })
    }
    return readsNothing<RowsAnswer<${pascalCase(name)}Entry>>({
      shape: 'rows',
      kind: 'trustwalk.${name}',
      version: 1,
      snapshot: summaryOf(register),
      entries,
      gaps: gapsOf(register),
      table: {
        headline: \`\${entries.length} roles\`,
        columns: [{ key: 'role', title: 'role', as: 'node' }],
        empty: 'There is no role.',
      },
      text: textParts(about, new Set(entries.map(({ role }) => role)), {}),
    })
  },
})
`

const commandOf = (name) => `import type { Command } from 'commander'
import { ask } from '../ask.ts'
import type { Context } from '../context.ts'
import { type QuestionOptions, withAll, withQuestionOptions } from '../options.ts'
import { writeAnswer } from '../output.ts'

export function add${pascalCase(name)}(program: Command, context: Context): void {
  const command = program.command('${name}').summary('which roles are there').description('Lists every role.')
  withAll(withQuestionOptions(command, 'trustwalk ${name}')).action(async (options: QuestionOptions) => {
    const { ${camelCase(name)} } = await import('#queries/${name}.ts')
    writeAnswer(await ask(${camelCase(name)}, {}, options, context), options, context.io)
  })
}
`

const testOf = (name) => `import { expect, test } from 'vitest'
import { loadModel } from '#ingest/load-model.ts'
import { ${camelCase(name)} } from '#queries/${name}.ts'
import { buildGraph } from '#src/graph/build-graph.ts'
import { registerOf } from '#src/graph/register.ts'
import { details, detailsPath, role, temporaryDirectory, writeFiles } from '../support/snapshots.ts'

test('${name} lists every role', async () => {
  const one = role('one')
  const model = await loadModel(writeFiles(temporaryDirectory(), { [detailsPath()]: details({ roles: [one] }) }))
  const graph = buildGraph(model)
  const about = { graph, register: registerOf(model, graph), have: new Map() }
  const { entries } = ${camelCase(name)}.prepare(about, {}).answer(model)
  expect(entries).toEqual([{ role: one.Arn }])
})
`
