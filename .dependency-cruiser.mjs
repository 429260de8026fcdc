/**
 * Which folder may import which: the one table, and the rules that dependency-cruiser checks made from it.
 * `types:` before a name allows only `import type`. What a folder may import, besides itself, is all that is listed.
 */
const down = ['lib', 'policy', 'model', 'evaluate', 'techniques', 'graph']

export const table = {
  ingest: ['lib', 'snapshot', 'model'], // model: load-model.ts hands the facts of each account to its builder as they are read
  lib: [],
  policy: ['lib'],
  snapshot: ['lib'],
  model: ['lib', 'policy'],
  evaluate: ['lib', 'policy', 'model'],
  techniques: ['policy', 'types:model'], // policy: what a binding leaves open is a formula
  graph: ['lib', 'policy', 'model', 'evaluate', 'techniques'],
  answers: ['policy', 'types:evaluate', 'graph'], // evaluate: the shape of a decision and its evidence
  drift: [...down, 'answers'],
  guard: [...down, 'answers'],
  queries: ['lib', 'policy', 'model', 'evaluate', 'graph', 'answers', 'drift', 'guard'],
  report: ['lib', 'policy', 'answers'],
  store: ['lib', 'policy', 'snapshot', 'graph'], // policy: the hops of a stored graph carry formulas
}

/** `src/cli`, `src/web`, `src/index.ts` wire the stages together: everything. */
const wiring = ['cli', 'web']

/** Folders without file, network, process, clock or chance. */
const pure = ['policy', 'model', 'evaluate', 'techniques', 'graph', 'drift', 'guard', 'answers', 'queries', 'report']

const placeOf = (folder) => (folder === 'ingest' || folder === 'queries' ? `^${folder}/` : `^src/${folder}/`)
const anyOf = (folders) => folders.map(placeOf).join('|')

const folderRules = Object.entries(table).flatMap(([folder, allowed]) => {
  const asTypes = allowed.filter((name) => name.startsWith('types:')).map((name) => name.slice('types:'.length))
  const asValues = allowed.filter((name) => !name.startsWith('types:'))
  return [
    {
      name: `${folder}-imports-only-what-the-table-allows`,
      severity: 'error',
      from: { path: placeOf(folder) },
      to: {
        path: '^(src|ingest|queries|test|bench|scripts|examples)/',
        pathNot: anyOf([folder, ...asValues, ...asTypes]),
      },
    },
    ...asTypes.map((name) => ({
      name: `${folder}-imports-only-types-of-${name}`,
      severity: 'error',
      from: { path: placeOf(folder) },
      to: { path: placeOf(name), dependencyTypesNot: ['type-only'] },
    })),
  ]
})

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...folderRules,
    {
      name: 'every-folder-is-in-the-table',
      severity: 'error',
      from: { path: '^(src/[^/]+|ingest|queries)/', pathNot: anyOf([...Object.keys(table), ...wiring]) },
      to: {},
    },
    {
      name: 'pure-folders-touch-no-machine',
      severity: 'error',
      from: { path: anyOf(pure) },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer)$' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      conditionNames: ['development', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
}
