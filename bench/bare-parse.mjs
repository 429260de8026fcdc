/**
 * The yardstick: reads and parses every file of a snapshot in one process and keeps nothing. Plain JavaScript, so that no
 * transpiler is measured with it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = process.argv[2]
let files = 0
let bytes = 0
for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith('.json') || entry.name === 'expected.json') continue
  const content = readFileSync(join(entry.parentPath, entry.name))
  JSON.parse(content)
  files++
  bytes += content.length
}
process.stdout.write(JSON.stringify({ files, bytes }))
