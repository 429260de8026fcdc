import { statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { InputError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import { parseJson } from '#src/lib/json.ts'
import type { Gap } from '#src/model/model.ts'
import {
  type AccountFiles,
  findAccountFiles,
  findDocuments,
  findSnapshotFiles,
  isAccountId,
  isSnapshotDirectory,
  type SkippedFile,
  type SnapshotFile,
} from '#src/snapshot/layout.ts'
import { decode, readBytes } from '#src/snapshot/read-document.ts'
import { accountOf, glanceAccount, isDetails } from './gaad.ts'
import { isOrganization } from './services/organizations.ts'

/** Where the files of a snapshot lie, whatever its layout. */
export interface FoundFiles {
  readonly metadata: SnapshotFile | undefined
  readonly organization: SnapshotFile | undefined
  readonly errors: SnapshotFile | undefined
  readonly manifest: SnapshotFile | undefined
  /** In ascending order. */
  readonly accountIds: readonly string[]
  filesOf(account: string): AccountFiles
  /** What lies there and is not read. */
  readonly gaps: readonly Gap[]
}

/**
 * Finds the files of one snapshot in an interchange directory, in files and folders of authorization details, or in one
 * directory and documents that complete it. Throws an `InputError` where there is nothing of the kind.
 */
export function findFiles(paths: readonly string[]): FoundFiles {
  const documents = new Documents()
  let snapshot: FoundFiles | undefined
  for (const path of paths) {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined) throw new InputError('there is no such file or directory', { where: quote(path) })
    if (!stats.isDirectory()) documents.add([{ path: basename(path), location: path }], [])
    else if (!isSnapshotDirectory(path)) {
      const { files, skipped } = findDocuments(path)
      documents.add(files, skipped)
    } else if (snapshot !== undefined) {
      throw new InputError('a second snapshot', { where: quote(path), help: 'import snapshots one by one' })
    } else snapshot = { ...findSnapshotFiles(path), filesOf: (account) => findAccountFiles(path, account), gaps: [] }
  }
  if (snapshot !== undefined) return documents.completing(snapshot)
  if (!documents.isEmpty) return documents.found()
  throw new InputError(documents.gaps[0]?.message ?? 'no snapshot and no authorization details in it', {
    where: `cannot read ${paths.map((path) => quote(path)).join(', ')}`,
    help: 'expected accounts/<id>/…, or documents printed by aws iam get-account-authorization-details',
  })
}

/** Documents of any name, sorted by what is in them. Those that are none of ours are left alone. */
class Documents {
  readonly gaps: Gap[] = []
  private readonly pages = new Map<string, SnapshotFile[]>()
  private organization: SnapshotFile | undefined

  get isEmpty(): boolean {
    return this.pages.size === 0 && this.organization === undefined
  }

  add(files: readonly SnapshotFile[], skipped: readonly SkippedFile[]): void {
    for (const { path, reason } of skipped) this.unreadable(`${path}: ${reason}`)
    for (const file of files) {
      try {
        this.sort(file)
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        const account = accountInName(file.path)
        // Broken, it may have been one of ours: the account that its name tells is not collected, others do not suffer.
        if (account === undefined) this.unreadable(error.message)
        else this.addPage(account, file)
      }
    }
  }

  found(): FoundFiles {
    return {
      metadata: undefined,
      organization: this.organization,
      errors: undefined,
      manifest: undefined,
      accountIds: [...this.pages.keys()].sort(),
      filesOf: (id) => ({ id, details: this.pages.get(id) ?? [], services: [], errors: undefined, skipped: [] }),
      gaps: this.gaps,
    }
  }

  /** The snapshot's own files come first. */
  completing(snapshot: FoundFiles): FoundFiles {
    if (this.organization !== undefined && snapshot.organization !== undefined) this.second(this.organization)
    for (const [account, pages] of this.pages) {
      if (!snapshot.accountIds.includes(account)) continue
      for (const page of pages) this.unreadable(`${page.path}: account ${account} is in the snapshot as well`, account)
      this.pages.delete(account)
    }
    const own = this.found()
    return {
      ...snapshot,
      organization: snapshot.organization ?? this.organization,
      accountIds: [...snapshot.accountIds, ...own.accountIds].sort(),
      filesOf: (id) => (this.pages.has(id) ? own.filesOf(id) : snapshot.filesOf(id)),
      gaps: this.gaps,
    }
  }

  private sort(file: SnapshotFile): void {
    const text = decode(readBytes(file), file.path)
    const glanced = glanceAccount(text)
    if (glanced !== undefined) {
      this.addPage(glanced, file)
      return
    }
    const document = parseJson(text, file.path)
    if (isDetails(document)) {
      // A page without a single entry names no account: its file or folder may.
      const account = accountOf(document) ?? accountInName(file.path)
      if (account === undefined) this.unreadable(`${file.path}: no ARN in it tells the account`)
      else this.addPage(account, file)
    } else if (isOrganization(document)) {
      if (this.organization === undefined) this.organization = file
      else this.second(file)
    }
  }

  private addPage(account: string, file: SnapshotFile): void {
    const pages = this.pages.get(account)
    if (pages === undefined) this.pages.set(account, [file])
    else pages.push(file)
  }

  private second({ path }: SnapshotFile): void {
    this.unreadable(`${path}: a second organization`)
  }

  private unreadable(message: string, account?: string): void {
    const place = { account, region: undefined, service: 'snapshot', operation: '*' }
    this.gaps.push({ ...place, code: 'Unreadable', message })
  }
}

function accountInName(path: string): string | undefined {
  const names = [basename(path), basename(dirname(path))]
  return names.flatMap((name) => name.match(/\d+/g) ?? []).find(isAccountId)
}
