import { withEntry, withImport } from './index-line.mjs'

/** An entry that passes a role to something new; change what it requires and who binds it. */
export function techniqueFiles(id, { read, exists, list }) {
  const [prefix] = id.split('-')
  const holders = list('src/techniques').filter((file) => read0(read, file).includes(`id: '${id}'`))
  if (holders.length > 0) throw new Error(`${id} is there already, in src/techniques/${holders[0]}`)
  const split = list('src/techniques').filter((file) => file.startsWith(`${prefix}-`))
  const path = `src/techniques/${prefix}.ts`
  if (!exists(path) && split.length > 0) {
    throw new Error(`the techniques of ${prefix} are in ${split.join(', ')}: add the entry to the one where it belongs`)
  }
  const test = { [`test/techniques/${id}.test.ts`]: testOf(id) }
  if (exists(path)) {
    const text = read(path)
    const opening = `export const ${prefix}: readonly Technique[] = [`
    return { ...test, [path]: withEntry(text, opening, entryOf(id, prefix), () => false) }
  }
  const index = withImport(read('src/techniques/index.ts'), prefix, `./${prefix}.ts`)
  return {
    ...test,
    [path]: `import type { Technique } from './technique.ts'\n\nexport const ${prefix}: readonly Technique[] = [\n${entryOf(id, prefix)}\n]\n`,
    'src/techniques/index.ts': withEntry(index, 'export const techniques: readonly Technique[] = [', `  ...${prefix},`),
  }
}

const read0 = (read, file) => (file.endsWith('.ts') ? read(`src/techniques/${file}`) : '')

const entryOf = (id, prefix) => `  {
    id: '${id}',
    name: 'Something new with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'code-as',
    via: 'iam:PassRole+${prefix}:Create',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['${prefix}.amazonaws.com'] } },
      { action: '${prefix}:Create', on: 'any' },
    ],
    targetTrust: ['${prefix}.amazonaws.com'],
    cloudTrail: ['Create'],
    mitre: ['T1578'],
    binder: 'new-passrole',
  },`

const testOf = (id) => `import { expect, test } from 'vitest'
import { loadModel } from '#ingest/load-model.ts'
import { buildGraph } from '#src/graph/build-graph.ts'
import { hopsFrom } from '#src/graph/hops.ts'
import { techniqueById } from '#src/techniques/index.ts'
import { allow, details, detailsPath, role, temporaryDirectory, trust, user, writeFiles } from '../support/snapshots.ts'

const { requires, targetTrust } = techniqueById('${id}')!
const actions = requires.map(({ action }) => action)

/** Techniques by which a user who may do these actions gets the role. */
async function ways(allowed: readonly string[]): Promise<readonly string[]> {
  const attacker = user('attacker', { UserPolicyList: [{ PolicyName: 'own', PolicyDocument: allow(allowed) }] })
  const target = role('target', { AssumeRolePolicyDocument: trust({ Service: targetTrust }) })
  const files = { [detailsPath()]: details({ users: [attacker], roles: [target] }) }
  const graph = buildGraph(await loadModel(writeFiles(temporaryDirectory(), files)))
  const to = graph.find(target.Arn)
  const hops = [...hopsFrom(graph, graph.find(attacker.Arn)!)].filter((hop) => hop.to === to)
  return hops.flatMap(({ technique, alsoTechniques }) => [technique, ...alsoTechniques])
}

test('${id} works', async () => {
  expect(await ways(actions)).toContain('${id}')
})

test.each(actions)('${id} is stopped where %s is not allowed', async (missing) => {
  expect(await ways(actions.filter((action) => action !== missing))).not.toContain('${id}')
})
`
