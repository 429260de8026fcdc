/**
 * `npm run mutate`: changes the condition operators and the steps of the evaluation, one thing at a time, in a temporary copy,
 * and runs the tests of the policy language and the evaluator on each change. Prints the changes that no test noticed; exit 1
 * if there are any. With arguments only the files whose path contains one of them.
 *
 * What a statement does only to be fast nobody can notice: one whose comment says `only for speed` is left alone.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { createVitest } from 'vitest/node'
import { root } from './run.mjs'

/** What is changed, and the tests that stand nearest to it: they are asked first. */
const subjects = {
  'src/policy/conditions/operators.ts': ['policy/conditions/operators'],
  'src/policy/conditions/condition.ts': ['policy/conditions/condition'],
  'src/policy/action.ts': ['policy/action'],
  'src/policy/arn.ts': ['policy/arn', 'policy/statement'],
  'src/policy/principal.ts': ['policy/principal'],
  'src/policy/statement.ts': ['policy/statement'],
  'src/policy/variables.ts': ['policy/variables'],
  'src/evaluate/derived-keys.ts': ['evaluate/derived-keys'],
  'src/evaluate/evaluate.ts': ['evaluate/evidence', 'evaluate/vectors'],
  'src/evaluate/grant.ts': ['evaluate/principal-forms', 'evaluate/services'],
  'src/evaluate/lacking.ts': ['evaluate/evidence', 'evaluate/services'],
  'src/evaluate/situation.ts': ['evaluate/services', 'evaluate/principal-forms'],
  'src/evaluate/statements.ts': ['evaluate/evidence', 'evaluate/gaps'],
  'src/evaluate/services/kms.ts': ['evaluate/services'],
  'src/evaluate/services/s3.ts': ['evaluate/services'],
  'src/evaluate/services/sts.ts': ['evaluate/services', 'evaluate/principal-forms'],
  'src/evaluate/steps/identity-policies.ts': ['evaluate/principal-forms', 'evaluate/gaps'],
  'src/evaluate/steps/permissions-boundary.ts': ['evaluate/principal-forms'],
  'src/evaluate/steps/resource-control-policies.ts': ['evaluate/organization-policies'],
  'src/evaluate/steps/resource-policy.ts': ['evaluate/principal-forms', 'evaluate/services', 'evaluate/gaps'],
  'src/evaluate/steps/service-control-policies.ts': ['evaluate/organization-policies'],
  'src/evaluate/steps/session-policies.ts': ['evaluate/principal-forms'],
  'src/evaluate/steps/vpc-endpoint-policy.ts': ['evaluate/services'],
}

/** Asked of what no table noticed; the slow ones last. */
const rest = [
  'policy/(action|arn|conditions|formula|glob|parse|principal|statement|variables)',
  'evaluate/(derived-keys|document|evidence|gaps|organization-policies|principal-forms|services|vectors)',
  'evaluate/(laws|vector-soundness)',
]

/** Lists whose order is AWS's order of evaluation, or what people read. */
const ordered = new Set(['order', 'steps'])

const operators = new Map([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
])

const names = new Map([
  ['always', 'never'],
  ['never', 'always'],
  ['all', 'any'],
  ['any', 'all'],
  ['some', 'every'],
  ['every', 'some'],
  ['is', 'isNot'],
  ['isNot', 'is'],
  ['same', 'sameIgnoringCase'],
  ['sameIgnoringCase', 'same'],
  ['like', 'same'],
  ['arnLike', 'like'],
  ['inRange', 'same'],
  ['equal', 'atMost'],
  ['less', 'atMost'],
  ['atMost', 'less'],
  ['greater', 'atLeast'],
  ['atLeast', 'greater'],
  ['numberOf', 'secondsOf'],
  ['booleanOf', 'binaryOf'],
  ['binaryOf', 'booleanOf'],
  ['true', 'false'],
  ['false', 'true'],
])

const only = process.argv.slice(2)
const files = Object.keys(subjects).filter((file) => only.length === 0 || only.some((part) => file.includes(part)))
const copy = mkdtempSync(join(tmpdir(), 'trustwalk-mutate-'))
process.on('exit', () => rmSync(copy, { recursive: true, force: true }))
const needed = [
  'src',
  'test/policy',
  'test/evaluate',
  'test/support',
  'test/vectors',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
]
for (const path of needed) cpSync(join(root, path), join(copy, path), { recursive: true })
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')

const vitest = await createVitest('test', {
  root: copy,
  watch: false,
  bail: 1,
  isolate: false,
  pool: 'threads',
  maxWorkers: 1,
  reporters: [{}],
  include: ['test/policy/**/*.test.ts', 'test/evaluate/**/*.test.ts'],
  coverage: { enabled: false },
})
const specifications = await vitest.globTestSpecifications()

if (!(await passes(rest))) {
  process.stderr.write('error: the tests fail before anything is changed\n')
  process.exit(1)
}

const unnoticed = []
let count = 0
for (const file of files) {
  const text = readFileSync(join(copy, file), 'utf8')
  const changes = changesOf(file, text)
  count += changes.length
  for (const change of changes) {
    write(file, text.slice(0, change.start) + change.replacement + text.slice(change.end))
    if (await isUnnoticed(subjects[file])) {
      unnoticed.push(change)
      process.stdout.write(`not noticed: ${file}:${change.line}: ${change.what}\n`)
    }
  }
  write(file, text)
  process.stderr.write(`${file}: ${changes.length} changes\n`)
}
await vitest.close()
process.stdout.write(`${count} changes, ${unnoticed.length} not noticed\n`)
process.exit(unnoticed.length > 0 || count === 0 ? 1 : 0)

function write(file, text) {
  writeFileSync(join(copy, file), text)
  vitest.invalidateFile(join(copy, file))
}

async function isUnnoticed(nearest) {
  for (const tests of [nearest, ...rest.map((test) => [test])]) if (!(await passes(tests))) return false
  return true
}

async function passes(patterns) {
  const expressions = patterns.map((pattern) => new RegExp(`/test/${pattern}`))
  const chosen = specifications.filter(({ moduleId }) => expressions.some((expression) => expression.test(moduleId)))
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(chosen, false)
  // Vitest remembers what failed in earlier runs.
  const asked = testModules.filter(({ moduleId }) =>
    chosen.some((specification) => specification.moduleId === moduleId),
  )
  return asked.length > 0 && unhandledErrors.length === 0 && asked.every((module) => module.ok())
}

/** Every change of one file, in the order of the text. */
function changesOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const changes = []
  const add = (node, replacement, what) => {
    const start = node.getStart()
    const line = source.getLineAndCharacterOfPosition(start).line + 1
    changes.push({ start, end: node.getEnd(), replacement, line, what })
  }
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node) || isForSpeed(node, text)) return
    if (ts.isBinaryExpression(node) && operators.has(node.operatorToken.kind)) {
      const other = operators.get(node.operatorToken.kind)
      add(node.operatorToken, other, `\`${shorten(node)}\` with ${other}`)
    }
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      add(node, node.operand.getText(), `\`${shorten(node)}\` without !`)
    }
    if (ts.isIfStatement(node) && node.elseStatement === undefined) add(node, ';', `without \`${shorten(node)}\``)
    if (isValue(node) && names.has(node.getText())) {
      const other = names.get(node.getText())
      add(node, other, `${other} for ${node.getText()} in \`${shorten(node.parent)}\``)
    }
    if (ts.isArrayLiteralExpression(node) && node.elements.length > 1) changeList(node, add)
    if (ts.isObjectLiteralExpression(node) && ordered.has(nameOfList(node))) changeRanks(node, add)
    if (ts.isForOfStatement(node)) visit(node.statement)
    else ts.forEachChild(node, visit)
  }
  visit(source)
  return changes
}

/** Each element is taken out once; where the order matters, each two neighbours change places. */
function changeList(node, add) {
  const elements = node.elements.map((element) => element.getText())
  for (const [index, element] of elements.entries()) {
    if (element.startsWith('...')) continue
    add(node, `[${elements.filter((_, at) => at !== index).join(', ')}]`, `without ${element}`)
  }
  if (!ordered.has(nameOfList(node))) return
  for (let index = 1; index < elements.length; index++) {
    const turned = [...elements]
    turned.splice(index - 1, 2, elements[index], elements[index - 1])
    add(node, `[${turned.join(', ')}]`, `${elements[index]} before ${elements[index - 1]}`)
  }
}

/** Neighbours of a table of ranks change places. */
function changeRanks(node, add) {
  for (const [index, { name, initializer }] of node.properties.entries()) {
    const before = node.properties[index - 1]
    if (before === undefined || before.initializer.getText() === initializer.getText()) continue
    const turned = node.properties.map((property) => {
      const other =
        property === before ? initializer : property.name === name ? before.initializer : property.initializer
      return `${property.name.getText()}: ${other.getText()}`
    })
    add(node, `{ ${turned.join(', ')} }`, `${name.getText()} before ${before.name.getText()}`)
  }
}

function nameOfList({ parent }) {
  return ts.isVariableDeclaration(parent) ? parent.name.getText() : ''
}

/** A name that is used, not one that is declared or that names a property. */
function isValue(node) {
  const { parent } = node
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword)
    return !ts.isLiteralTypeNode(parent)
  if (!ts.isIdentifier(node) || parent === undefined) return false
  if (ts.isPropertyAccessExpression(parent))
    return parent.name === node && (node.text === 'some' || node.text === 'every')
  const declares = ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)
  if ((declares || ts.isPropertyAssignment(parent)) && parent.name === node) return false
  return (
    !ts.isFunctionDeclaration(parent) && !ts.isShorthandPropertyAssignment(parent) && !ts.isPropertySignature(parent)
  )
}

function isForSpeed(node, text) {
  const comments = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []
  return ts.isStatement(node) && comments.some(({ pos, end }) => /only for speed/i.test(text.slice(pos, end)))
}

function shorten(node) {
  const text = node.getText().replace(/\s+/g, ' ')
  return text.length > 70 ? `${text.slice(0, 70)}…` : text
}
