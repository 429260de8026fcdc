import { Option } from 'commander'
import type { Verdict } from '#src/graph/graph.ts'

/** Verdicts that `--fail-on` takes for a finding: the named one and every surer one. */
const found = {
  certain: ['certain'],
  conditional: ['certain', 'conditional'],
  unknown: ['certain', 'conditional', 'unknown'],
} satisfies Record<string, readonly Verdict[]>

export type FailOn = keyof typeof found

export const failOnOption = () =>
  new Option('--fail-on <verdict>', 'exit 1 if an answer has this verdict or a surer one').choices(Object.keys(found))

export function isFound(failOn: FailOn | undefined, verdicts: Iterable<Verdict>): boolean {
  if (failOn === undefined) return false
  const wanted: readonly Verdict[] = found[failOn]
  for (const verdict of verdicts) if (wanted.includes(verdict)) return true
  return false
}
