import { claimShapes } from './claim-shapes.ts'
import { globMatches, literal } from './glob.ts'
import { freshText, meet, type Place, placesOf } from './witness.ts'

/** The issuer and the claim of a key such as `token.actions.githubusercontent.com:sub`; undefined for keys of AWS. */
export function claimOf(key: string): { readonly issuer: string; readonly claim: string } | undefined {
  const colon = key.lastIndexOf(':')
  const issuer = key.slice(0, Math.max(colon, 0)).toLowerCase()
  // Issuers are host names, some with a path; the prefixes of AWS services have no dot.
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+(\/.*)?$/s.test(issuer)
    ? { issuer, claim: key.slice(colon + 1).toLowerCase() }
    : undefined
}

/** Whether anybody can become a customer of the issuer: a URL without scheme, as in the ARN of the provider. */
export const isPublicIssuer = (issuer: string): boolean => claimShapes.has(issuer.toLowerCase())

/** Whether a customer of a public issuer has a say in this key. */
export const isPublicClaim = (key: string): boolean => shapesOf(key) !== undefined

/**
 * Values that any customer can have in a claim, made to match the patterns, one by one, by twos and all together, where he can:
 * `repo:acme*` is matched by a repository of the owner `acmetrustwalk`, `repo:acme/*` only by those of `acme`.
 */
export function obtainable(key: string, patterns: readonly string[]): readonly string[] {
  const shapes = shapesOf(key) ?? []
  const mark = markFor(patterns)
  const found = new Set<string>()
  for (const wanted of combinations(patterns)) {
    for (const shape of shapes) {
      const text = fitted(shape, mark, wanted)
      if (text !== undefined) found.add(text)
    }
  }
  return [...found]
}

/** Subjects have a fixed alphabet: nobody's repository, branch, organization or service account has a star in its name. */
export function canBeIssued(key: string, value: string): boolean {
  const { issuer = '', claim = '' } = claimOf(key) ?? {}
  if (claim !== 'sub' || !/[*?]/.test(value)) return true
  return !starless.has(issuer) && !/^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/id\//.test(issuer)
}

const starless = new Set([
  'token.actions.githubusercontent.com',
  'gitlab.com',
  'agent.buildkite.com',
  'app.terraform.io',
])

/**
 * Whether claims chosen one by one can stand in one token of an issuer: they tell of one owner and, at GitHub, of one job. By
 * key; a claim that is chosen to be absent has no value.
 */
export function agree(claims: ReadonlyMap<string, string | undefined>): boolean {
  const owners = new Map<string, string>()
  for (const [key, value] of claims) {
    const { issuer = '' } = claimOf(key) ?? {}
    const owner = value === undefined ? undefined : ownerIn(key, value)
    if (owner === undefined) continue
    if ((owners.get(issuer) ?? owner) !== owner) return false
    owners.set(issuer, owner)
  }
  return agreeOnJob((claim) => claims.get(`token.actions.githubusercontent.com:${claim}`))
}

/** What `<own>` stands for in a claim. */
function ownerIn(key: string, value: string): string | undefined {
  for (const shape of shapesOf(key) ?? []) {
    const expression = shape.split(/(<\w+>)/).map((piece) => {
      if (piece === '<own>') return '([A-Za-z0-9-]+)'
      return /^<\w+>$/.test(piece) ? '.+' : piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    })
    const found = new RegExp(`^${expression.join('')}$`).exec(value)
    if (found !== null) return found[1]
  }
  return undefined
}

function agreeOnJob(claim: (name: string) => string | undefined): boolean {
  const [, repository, context = ''] = /^repo:([^:]+):(.*)$/.exec(claim('sub') ?? '') ?? []
  if (repository === undefined) return true
  const ref = claim('ref')
  const environment = claim('environment')
  return (
    (claim('repository') ?? repository) === repository &&
    (ref === undefined || !context.startsWith('ref:') || context === `ref:${ref}`) &&
    // A job with an environment has it in the subject.
    (environment === undefined || context === `environment:${environment}`)
  )
}

const noShapes: ReadonlyMap<string, readonly string[]> = new Map()

function shapesOf(key: string): readonly string[] | undefined {
  const { issuer = '', claim = '' } = claimOf(key) ?? {}
  return (claimShapes.get(issuer) ?? noShapes).get(claim)
}

function combinations(patterns: readonly string[]): readonly (readonly string[])[] {
  const distinct = [...new Set(patterns)].slice(0, 32)
  const few = distinct.slice(0, 6)
  const pairs = few.flatMap((first, index) => few.slice(index + 1).map((second) => [first, second]))
  return [[], ...distinct.map((pattern) => [pattern]), ...pairs, ...(distinct.length > 2 ? [distinct] : [])]
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const alphabets: Readonly<Record<string, string>> = {
  own: `${letters}-`,
  name: `${letters}._-`,
  path: `${letters}._-/`,
  ref: `${letters}._-/`,
  region: 'abcdefghijklmnopqrstuvwxyz0123456789-',
}

const ordinary: Readonly<Record<string, string>> = { ref: 'main', region: 'us-east-1' }

const letter: Place = { of: letters, many: false }

/** A text of this shape that all patterns match. */
function fitted(shape: string, mark: string, patterns: readonly string[]): string | undefined {
  const example = shape.replace(/<(\w+)>/g, (_, hole: string) =>
    hole === 'own' || hole === 'id' ? mark : (ordinary[hole] ?? freshText),
  )
  if (patterns.every((pattern) => globMatches(pattern, example))) return example
  return meet([placesOfShape(shape, mark), ...patterns.map(placesOf)]).text
}

/** A name that no pattern spells out, so that only a wildcard can match it. */
function markFor(patterns: readonly string[]): string {
  let mark = freshText
  for (let number = 2; patterns.some((pattern) => pattern.toLowerCase().includes(mark)); number++)
    mark = `${freshText}${number}`
  return mark
}

function placesOfShape(shape: string, mark: string): readonly Place[] {
  return shape.split(/(<\w+>)/).flatMap((piece): readonly Place[] => {
    const hole = /^<(\w+)>$/.exec(piece)?.[1]
    if (hole === undefined) return placesOf(literal(piece))
    if (hole === 'id') return placesOf(mark)
    if (hole === 'any')
      return [
        { of: undefined, many: false },
        { of: undefined, many: true },
      ]
    const run = { of: alphabets[hole]!, many: true }
    if (hole === 'own') return [run, ...placesOf(mark), run]
    // No name of a branch begins or ends with a slash.
    return hole === 'ref' || hole === 'path' ? [letter, run, letter] : [letter, run]
  })
}
