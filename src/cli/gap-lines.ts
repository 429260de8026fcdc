import { escapeText } from '#src/lib/escape.ts'
import type { Gap } from '#src/model/model.ts'

/** More lines than these are summed up. */
const most = 10

/**
 * A line for each call that failed or was not made, and for each file or part that cannot be read; services that nobody asked
 * for share one. A summary beyond ten.
 */
export function gapLines(gaps: readonly Gap[]): readonly string[] {
  const services = gaps.filter(isWholeService).map(({ service }) => service)
  const together = services.length > 1 ? `not collected: ${escapeText([...new Set(services)].join(', '))}` : undefined
  const others = together === undefined ? gaps : gaps.filter((gap) => !isWholeService(gap))
  const lines = [...new Set([...others.map(gapLine), ...(together === undefined ? [] : [together])])]
  if (lines.length <= most) return lines
  const rest = lines.length - most
  return [...lines.slice(0, most), `note: ${rest} more like these; trustwalk snapshots verify lists all`]
}

const isWholeService = ({ account, region, operation, code }: Gap) =>
  code === 'NotCollected' && account === undefined && region === undefined && operation === '*'

/** `not collected: 111122223333, us-east-1: ecr DescribeRepositories (AccessDeniedException)`. Escaped. */
export function gapLine({ account, region, service, operation, resource, code, message }: Gap): string {
  const place = [account, region].filter((part) => part !== undefined).join(', ')
  const name = service === '*' ? 'anything' : service
  const call = operation === '*' ? name : `${name} ${operation}`
  const of = resource === undefined ? '' : ` of ${resource}`
  const where = place === '' ? '' : `${place}: `
  if (code === 'Unreadable') return escapeText(`not readable: ${message ?? `${where}${call}${of}`}`)
  return escapeText(`not collected: ${where}${call}${of}${code === 'NotCollected' ? '' : ` (${code})`}`)
}
