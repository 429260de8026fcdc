import { quote } from '#src/lib/escape.ts'
import type { Fact, InlinePolicyFact } from '#src/model/facts.ts'
import { looksLikeArn, own, type Report, shown } from '#src/snapshot/recorded.ts'

/**
 * `GetAccountAuthorizationDetails` (GAAD): users, groups, roles and managed policies of one account. These are most of the
 * bytes of a snapshot, so they are read by plain loops; what has not the expected shape is reported and left out, and an
 * identity whose policies cannot be read says so.
 */

/** One page as recorded, with the name of its file. */
export interface Page {
  readonly path: string
  readonly document: unknown
}

const lists = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const
type List = (typeof lists)[number]

export function isDetails(document: unknown): boolean {
  return isObject(document) && lists.some((list) => own(document, list) !== undefined)
}

/** The account that a page speaks of, by the ARNs in it; undefined if there is none. */
export function accountOf(document: unknown): string | undefined {
  if (!isObject(document)) return undefined
  for (const list of lists) {
    const items = own(document, list)
    if (!Array.isArray(items)) continue
    for (const item of items) {
      const arn = isObject(item) ? own(item, 'Arn') : undefined
      const account = typeof arn === 'string' ? /^arn:[^:]+:iam::(\d{12}):/.exec(arn)?.[1] : undefined
      if (account !== undefined) return account
    }
  }
  return undefined
}

/**
 * The account of a page by a glance at its text, several times faster than reading it: where every `Arn` in it is of one
 * account. Undefined where only reading it can tell.
 */
export function glanceAccount(text: string): string | undefined {
  if (!/"(User|Group|Role)DetailList"\s*:/.test(text)) return undefined
  let account: string | undefined
  for (const [, found] of text.matchAll(/"Arn"\s*:\s*"arn:[^:"]+:iam::(\d{12}):/g)) {
    if (account !== undefined && found !== account) return undefined
    account = found
  }
  return account
}

/** The pages of one account as one response. */
export function joinPages(pages: readonly unknown[]): Readonly<Record<List, readonly unknown[]>> {
  const joined = (list: List) => pages.flatMap((page) => listIn(page, list, '', () => {}))
  return {
    UserDetailList: joined('UserDetailList'),
    GroupDetailList: joined('GroupDetailList'),
    RoleDetailList: joined('RoleDetailList'),
    Policies: joined('Policies'),
  }
}

/** The facts of an account's pages: policies first, since the others refer to them. `report` gets file, place and reason. */
export function* readDetails(
  pages: readonly Page[],
  account: string,
  report: (path: string, ...reason: Parameters<Report>) => void,
): Iterable<Fact> {
  const arnPrefix = new RegExp(`^arn:[^:]+:iam::(${account}|aws):.`, 's')
  for (const list of ['Policies', 'GroupDetailList', 'RoleDetailList', 'UserDetailList'] as const) {
    for (const page of pages) {
      const complain: Report = (place, reason) => report(page.path, place, reason)
      let index = -1
      for (const item of listIn(page.document, list, '', complain)) {
        index++
        const place = `${list}[${index}]`
        const arn = isObject(item) ? own(item, 'Arn') : undefined
        if (typeof arn !== 'string' || !looksLikeArn(arn)) {
          complain(`${place}.Arn`, `expected an ARN, got ${shown(arn)}`)
        } else if (!arnPrefix.test(arn)) {
          complain(`${place}.Arn`, `expected an ARN of account ${account}, got ${quote(arn)}`)
        } else {
          yield* readers[list](item as object, arn, place, complain)
        }
      }
    }
  }
}

const readers: Record<List, (item: object, arn: string, place: string, report: Report) => Iterable<Fact>> = {
  *Policies(item, arn, place, report) {
    const versions = []
    let defaultVersion = own(item, 'DefaultVersionId')
    let index = 0
    for (const version of listIn(item, 'PolicyVersionList', place, report)) {
      const id = isObject(version) ? own(version, 'VersionId') : undefined
      if (typeof id === 'string') {
        versions.push({ id, document: own(version as object, 'Document') })
        if (typeof defaultVersion !== 'string' && own(version as object, 'IsDefaultVersion') === true)
          defaultVersion = id
      } else report(`${place}.PolicyVersionList[${index}].VersionId`, `expected text, got ${shown(id)}`)
      index++
    }
    yield {
      kind: 'managed-policy',
      arn,
      // Some sources leave the name out.
      name: textIn(item, 'PolicyName') ?? arn.slice(arn.lastIndexOf('/') + 1),
      defaultVersion: typeof defaultVersion === 'string' ? defaultVersion : (versions[0]?.id ?? ''),
      versions,
    }
  },

  *GroupDetailList(item, arn, place, report) {
    yield { kind: 'group', ...identity(item, arn, 'Group', place, report) }
  },

  *RoleDetailList(item, arn, place, report) {
    yield {
      kind: 'role',
      ...identity(item, arn, 'Role', place, report),
      tags: own(item, 'Tags'),
      boundary: boundaryIn(item, place, report),
      trust: own(item, 'AssumeRolePolicyDocument'),
    }
    let index = 0
    for (const profile of listIn(item, 'InstanceProfileList', place, report)) {
      const profileArn = isObject(profile) ? own(profile, 'Arn') : undefined
      if (typeof profileArn !== 'string' || !looksLikeArn(profileArn)) {
        report(`${place}.InstanceProfileList[${index}].Arn`, `expected an ARN, got ${shown(profileArn)}`)
      } else {
        const name =
          textIn(profile as object, 'InstanceProfileName') ?? profileArn.slice(profileArn.lastIndexOf('/') + 1)
        // The role stands in its own profiles, whatever the list of the profile's roles says.
        yield { kind: 'instance-profile', profile: { arn: profileArn, name, roles: [arn] } }
      }
      index++
    }
  },

  *UserDetailList(item, arn, place, report) {
    const groups = []
    let unreadable: string | undefined
    for (const name of listIn(item, 'GroupList', place, report)) {
      if (typeof name === 'string') groups.push(name)
      else unreadable = `${place}.GroupList`
    }
    if (unreadable !== undefined) report(unreadable, 'expected names of groups')
    yield {
      kind: 'user',
      ...identity(item, arn, 'User', place, report),
      ...(unreadable !== undefined && { unreadable }),
      tags: own(item, 'Tags'),
      boundary: boundaryIn(item, place, report),
      groups,
    }
  },
}

function identity(item: object, arn: string, kind: 'User' | 'Group' | 'Role', place: string, report: Report) {
  const inline: InlinePolicyFact[] = []
  const attached: string[] = []
  let unreadable: string | undefined
  const broken: Report = (where, reason) => {
    unreadable ??= where
    report(where, reason)
  }
  for (const policy of listIn(item, `${kind}PolicyList`, place, broken)) {
    const name = isObject(policy) ? textIn(policy, 'PolicyName') : undefined
    if (name === undefined) broken(`${place}.${kind}PolicyList`, `expected a policy with a name, got ${shown(policy)}`)
    else inline.push({ name, document: own(policy as object, 'PolicyDocument') })
  }
  for (const policy of listIn(item, 'AttachedManagedPolicies', place, broken)) {
    const policyArn = isObject(policy) ? textIn(policy, 'PolicyArn') : undefined
    if (policyArn === undefined)
      broken(`${place}.AttachedManagedPolicies`, `expected a policy ARN, got ${shown(policy)}`)
    else attached.push(policyArn)
  }
  return {
    arn,
    name: textIn(item, `${kind}Name`) ?? arn.slice(arn.lastIndexOf('/') + 1),
    path: textIn(item, 'Path') ?? '/',
    uniqueId: textIn(item, `${kind}Id`) ?? '',
    inline,
    attached,
    ...(unreadable !== undefined && { unreadable }),
  }
}

/** A boundary that is there but cannot be read is not an absent one: it keeps a name that no policy has. */
function boundaryIn(item: object, place: string, report: Report): string | undefined {
  const boundary = own(item, 'PermissionsBoundary')
  if (boundary === undefined || boundary === null) return undefined
  const arn = isObject(boundary) ? textIn(boundary, 'PermissionsBoundaryArn') : undefined
  if (arn !== undefined) return arn
  report(`${place}.PermissionsBoundary`, `expected a boundary with an ARN, got ${shown(boundary)}`)
  return ''
}

function listIn(item: unknown, key: string, place: string, report: Report): readonly unknown[] {
  const list = isObject(item) ? own(item, key) : undefined
  if (Array.isArray(list)) return list
  if (list !== undefined && list !== null) {
    report(place === '' ? key : `${place}.${key}`, `expected a list, got ${shown(list)}`)
  }
  return noItems
}

const noItems: readonly unknown[] = []

function textIn(item: object, key: string): string | undefined {
  const value = own(item, key)
  return typeof value === 'string' ? value : undefined
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
