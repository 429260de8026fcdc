import type { Policy } from '#src/policy/policy.ts'
import type { Gap } from './model.ts'

/** Where something that cannot be read was recorded. */
export interface Source {
  readonly account: string
  readonly region: string | undefined
  readonly service: string
  readonly operation: string
  /** The file, as people are told it. */
  readonly path: string
}

/** What of a policy cannot be read, as one line of the ledger. */
export function policyGap(source: Source, owner: string, name: string, { problems }: Policy): Gap {
  const { account, region, service, operation, path } = source
  const [first] = problems
  const place = first === undefined || first.place === '' ? '' : `${first.place}: `
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  const message = `${path}: ${owner}: ${name}: ${place}${first?.reason ?? 'not readable'}${more}`
  return { account, region, service, operation, resource: owner, code: 'Unreadable', message }
}
