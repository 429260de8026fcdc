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

const ignored = { complain() {}, complainOfPolicies() {} }

/** The pages of one account as one response. */
export function joinPages(pages: readonly unknown[]): Readonly<Record<List, readonly unknown[]>> {
  const joined = (list: List) => pages.flatMap((page) => listIn(page as Members, list, ignored))
  return {
    UserDetailList: joined('UserDetailList'),
    GroupDetailList: joined('GroupDetailList'),
    RoleDetailList: joined('RoleDetailList'),
    Policies: joined('Policies'),
  }
}

/**
 * Hands out the facts of an account's pages. `report` gets the file, the place in it and the reason. Names of members are
 * constants and facts are literals: this loop runs over most of the bytes of a snapshot.
 */
export function readDetails(
  pages: readonly Page[],
  account: string,
  report: (path: string, ...reason: Parameters<Report>) => void,
  emit: (fact: Fact) => void,
): void {
  const ownArn = new RegExp(`^arn:[^:]+:iam::(${account}|aws):.`, 's')
  for (const { path, document } of pages) {
    const complain: Report = (place, reason) => report(path, place, reason)
    const page = { complain, complainOfPolicies: complain }
    for (const list of lists) {
      const read = readers[list]
      const items = listIn(document as Members, list, page)
      for (let index = 0; index < items.length; index++) {
        const item = items[index] as Members
        const arn = isObject(item) ? item.Arn : undefined
        const entry = new Entry(list, index, complain)
        if (typeof arn === 'string' && ownArn.test(arn)) read(item, arn, entry, emit)
        else if (typeof arn !== 'string' || !looksLikeArn(arn)) {
          entry.complain('Arn', `expected an ARN, got ${shown(arn)}`)
        } else entry.complain('Arn', `expected an ARN of account ${account}, got ${quote(arn)}`)
      }
    }
  }
}

/** Where in a page an entry stands; said only when something is wrong with it. */
class Entry {
  /** The first of the entry's policies that cannot be read. */
  unreadable: string | undefined
  private readonly list: List
  private readonly index: number
  private readonly report: Report

  constructor(list: List, index: number, report: Report) {
    this.list = list
    this.index = index
    this.report = report
  }

  complain(place: string, reason: string): void {
    this.report(`${this.list}[${this.index}].${place}`, reason)
  }

  /** What the entry may do is then not known. */
  complainOfPolicies(place: string, reason: string): void {
    this.unreadable ??= `${this.list}[${this.index}].${place}`
    this.complain(place, reason)
  }
}

/** Members of an object out of `JSON.parse`; none of the names read here is one that every object has. */
type Members = Readonly<Record<string, unknown>>
type Emit = (fact: Fact) => void

const readers: Record<List, (item: Members, arn: string, entry: Entry, emit: Emit) => void> = {
  UserDetailList(item, arn, entry, emit) {
    const groups: string[] = []
    for (const name of listIn(item, 'GroupList', entry)) {
      if (typeof name === 'string') groups.push(name)
      else entry.complainOfPolicies('GroupList', `expected the name of a group, got ${shown(name)}`)
    }
    emit({
      kind: 'user',
      arn,
      name: textOf(item.UserName) ?? lastPart(arn),
      path: textOf(item.Path) ?? '/',
      uniqueId: textOf(item.UserId) ?? '',
      inline: inlineIn(item, 'UserPolicyList', entry),
      attached: attachedIn(item, entry),
      unreadable: entry.unreadable,
      tags: item.Tags,
      boundary: boundaryIn(item, entry),
      groups,
    })
  },

  GroupDetailList(item, arn, entry, emit) {
    emit({
      kind: 'group',
      arn,
      name: textOf(item.GroupName) ?? lastPart(arn),
      path: textOf(item.Path) ?? '/',
      uniqueId: textOf(item.GroupId) ?? '',
      inline: inlineIn(item, 'GroupPolicyList', entry),
      attached: attachedIn(item, entry),
      unreadable: entry.unreadable,
    })
  },

  RoleDetailList(item, arn, entry, emit) {
    emit({
      kind: 'role',
      arn,
      name: textOf(item.RoleName) ?? lastPart(arn),
      path: textOf(item.Path) ?? '/',
      uniqueId: textOf(item.RoleId) ?? '',
      inline: inlineIn(item, 'RolePolicyList', entry),
      attached: attachedIn(item, entry),
      unreadable: entry.unreadable,
      tags: item.Tags,
      boundary: boundaryIn(item, entry),
      trust: item.AssumeRolePolicyDocument,
    })
    for (const profile of listIn(item, 'InstanceProfileList', entry)) {
      const profileArn = isObject(profile) ? (profile as Members).Arn : undefined
      if (typeof profileArn !== 'string' || !looksLikeArn(profileArn)) {
        entry.complain('InstanceProfileList', `expected a profile with an ARN, got ${shown(profileArn)}`)
        continue
      }
      const name = textOf((profile as Members).InstanceProfileName) ?? lastPart(profileArn)
      // The role stands in its own profiles, whatever the list of the profile's roles says.
      emit({ kind: 'instance-profile', profile: { arn: profileArn, name, roles: [arn] } })
    }
  },

  Policies(item, arn, entry, emit) {
    const versions: { id: string; document: unknown }[] = []
    let defaultVersion = textOf(item.DefaultVersionId)
    for (const version of listIn(item, 'PolicyVersionList', entry) as readonly Members[]) {
      const id = isObject(version) ? version.VersionId : undefined
      if (typeof id === 'string') {
        versions.push({ id, document: version.Document })
        if (version.IsDefaultVersion === true) defaultVersion ??= id
      } else entry.complain('PolicyVersionList', `expected a version with an id, got ${shown(id)}`)
    }
    // Some sources leave the name out.
    const name = textOf(item.PolicyName) ?? lastPart(arn)
    emit({ kind: 'managed-policy', arn, name, defaultVersion: defaultVersion ?? versions[0]?.id ?? '', versions })
  },
}

function inlineIn(item: Members, list: string, entry: Entry): readonly InlinePolicyFact[] {
  const policies = listIn(item, list, entry)
  if (policies.length === 0) return none
  const inline: InlinePolicyFact[] = []
  for (const policy of policies as readonly Members[]) {
    const name = isObject(policy) ? policy.PolicyName : undefined
    if (typeof name === 'string') inline.push({ name, document: policy.PolicyDocument })
    else entry.complainOfPolicies(list, `expected a policy with a name, got ${shown(name)}`)
  }
  return inline
}

/** ARNs. */
function attachedIn(item: Members, entry: Entry): readonly string[] {
  const policies = listIn(item, 'AttachedManagedPolicies', entry)
  if (policies.length === 0) return none
  const attached: string[] = []
  for (const policy of policies as readonly Members[]) {
    const arn = isObject(policy) ? policy.PolicyArn : undefined
    if (typeof arn === 'string') attached.push(arn)
    else entry.complainOfPolicies('AttachedManagedPolicies', `expected a policy with an ARN, got ${shown(arn)}`)
  }
  return attached
}

/** A boundary that is there but cannot be read is not an absent one: it keeps a name that no policy has. */
function boundaryIn({ PermissionsBoundary: boundary }: Members, entry: Entry): string | undefined {
  if (boundary === undefined || boundary === null) return undefined
  const arn = isObject(boundary) ? (boundary as Members).PermissionsBoundaryArn : undefined
  if (typeof arn === 'string') return arn
  entry.complain('PermissionsBoundary', `expected a boundary with an ARN, got ${shown(boundary)}`)
  return ''
}

function listIn(item: Members, key: string, entry: Pick<Entry, 'complain' | 'complainOfPolicies'>): readonly unknown[] {
  const list = item[key]
  if (Array.isArray(list)) return list
  if (list === undefined || list === null) return none
  const reason = `expected a list, got ${shown(list)}`
  if (listsOfPolicies.has(key)) entry.complainOfPolicies(key, reason)
  else entry.complain(key, reason)
  return none
}

/** Without these, what an identity may do is not known. */
const listsOfPolicies: ReadonlySet<string> = new Set([
  'GroupList',
  'UserPolicyList',
  'GroupPolicyList',
  'RolePolicyList',
  'AttachedManagedPolicies',
])

const none: readonly never[] = []

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
