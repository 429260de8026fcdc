import type { Register, RegisteredAccount } from '#src/graph/register.ts'
import { usageError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import { didYouMean, nearestNames } from '#src/lib/suggest.ts'

/** What a selector may be, for the help of an error. */
export const selectorHelp =
  'an ARN, role/<name>, user/<name>, an access key id, account:<id or name>, ou:<id or path>, tag:<key>=<value>, admin, external or *'

/** Candidates in one line, the first ten. */
export const listed = (names: readonly string[]): string =>
  `${names
    .slice(0, 10)
    .map((name) => quote(name))
    .join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}`

/** The account with this id or name. */
export function accountNamed({ accounts }: Register, text: string): RegisteredAccount {
  const byId = accounts.find(({ id }) => id === text)
  if (byId !== undefined) return byId
  const named = accounts.filter(({ name }) => name === text)
  if (named.length === 1) return named[0]!
  if (named.length > 1) {
    throw usageError(`${quote(text)} is the name of ${named.length} accounts`, listed(named.map(({ id }) => id)))
  }
  const near = nearestNames(
    text,
    accounts.flatMap(({ id, name }) => [id, name]),
  )
  throw usageError(`no account ${quote(text)} in the snapshot`, suggestion(near))
}

/** By id, path of ids (`o-x/r-x/ou-a/`), path of names (`Root/Prod`) or, if unique, name. */
export function unitNamed({ units }: Register, text: string): Register['units'][number] {
  const wanted = text.replace(/^\/+|\/+$/g, '')
  const names = new Map(units.map((unit) => [unit.id, unit.name]))
  const namesOf = (path: string): string =>
    path
      .split('/')
      .slice(1, -1)
      .map((id) => names.get(id) ?? id)
      .join('/')
  const found = units.filter(
    ({ id, name, path }) =>
      id === wanted ||
      name === wanted ||
      path === `${wanted}/` ||
      namesOf(path) === wanted ||
      namesOf(path).endsWith(`/${wanted}`),
  )
  const exact = found.find(({ id, path }) => id === wanted || path === `${wanted}/`)
  if (exact !== undefined) return exact
  if (found.length === 1) return found[0]!
  if (found.length > 1) {
    const paths = found.map(({ path }) => namesOf(path))
    throw usageError(`${quote(text)} names ${found.length} organizational units`, listed(paths))
  }
  const near = nearestNames(
    text,
    units.flatMap(({ id, name, path }) => [id, name, namesOf(path)]),
  )
  throw usageError(`no organizational unit ${quote(text)} in the snapshot`, suggestion(near))
}

/** The help of an error about a name that nothing has. */
export function suggestion(names: readonly string[]): string {
  return names.length === 0 ? selectorHelp : didYouMean(names)
}
