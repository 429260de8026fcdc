/**
 * `npm run licences`: every package of the lock file has a licence that may be here. What ships must have one of the first
 * list; tools that are used while developing may have others that ask nothing of their users.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './run.mjs'

// 0BSD: BSD without even the clause that asks for its text to be kept.
const shipped = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0'])
const tools = new Set([...shipped, 'BlueOak-1.0.0'])

/** Tools with another licence, each with the reason why it may stay. */
const exceptions = [
  {
    package: /^lightningcss(-[a-z0-9-]+)?$/,
    licence: 'MPL-2.0',
    reason:
      'required by vite, which runs the tests; it would process style sheets, is never loaded, changed or shipped',
  },
]

/** The packages of a lock file (its `packages` object) that may not be here, one line each. */
export function forbiddenLicences(packages) {
  return Object.entries(packages).flatMap(([path, { license, dev }]) => {
    const name = path.replace(/^.*node_modules\//, '')
    if (path === '' || isAllowed(license, dev ? tools : shipped)) return []
    const isExcepted = dev && exceptions.some((entry) => entry.package.test(name) && entry.licence === license)
    return isExcepted ? [] : [`${name}: ${license ?? 'no licence stated'}${dev ? '' : ', and it ships'}`]
  })
}

/** `A OR B` is allowed if one is, `A AND B` if all are. */
function isAllowed(expression, allowed) {
  return (expression ?? '')
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((name) => allowed.has(name)))
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const forbidden = forbiddenLicences(packages)
  for (const line of forbidden) process.stderr.write(`error: licence not allowed: ${line}\n`)
  process.stdout.write(`licences: ${Object.keys(packages).length - 1} packages, ${forbidden.length} not allowed\n`)
  process.exitCode = forbidden.length > 0 ? 1 : 0
}
