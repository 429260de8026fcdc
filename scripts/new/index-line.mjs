/** `dynamo-db` → `dynamoDb`. */
export const camelCase = (name) => name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase())

/** `dynamo-db` → `DynamoDb`. */
export const pascalCase = (name) => camelCase(name).replace(/^./, (letter) => letter.toUpperCase())

/** Adds `import { name } from 'from'` after the other imports; the formatter sorts them. */
export function withImport(text, name, from) {
  const imports = [...text.matchAll(/^import [^;]*? from '[^']+'$/gm)]
  const last = imports.at(-1)
  const end = last.index + last[0].length
  return `${text.slice(0, end)}\nimport { ${name} } from '${from}'${text.slice(end)}`
}

/** Adds an entry to the list that `opening` begins, before the first entry that comes after it by `order`, else at its end. */
export function withEntry(text, opening, entry, order = (line) => line.trim() > entry.trim()) {
  const start = text.indexOf(opening) + opening.length
  const end = text.indexOf('\n]', start)
  const lines = text.slice(start, end).split('\n')
  const at = lines.findIndex((line, index) => index > 0 && order(line))
  lines.splice(at === -1 ? lines.length : at, 0, entry)
  return `${text.slice(0, start)}${lines.join('\n')}${text.slice(end)}`
}
