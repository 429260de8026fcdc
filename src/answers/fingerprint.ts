import { createHash } from 'node:crypto'

/**
 * Short id of a path: its nodes and techniques, in order. The same path has the same id in every snapshot, also when the
 * policies that open it are edited, so that exceptions and drift can name it. Cryptographic, since names are chosen by others.
 */
export function fingerprint(
  hops: readonly { readonly from: string; readonly to: string; readonly technique: string }[],
): string {
  const steps = hops.map(({ from, to, technique }) => [from, technique, to])
  return createHash('sha256').update(JSON.stringify(steps)).digest('hex').slice(0, 16)
}
