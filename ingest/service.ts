import type { Fact } from '#src/model/facts.ts'
import type { Gap } from '#src/model/model.ts'
import { tagRecord } from '#src/model/tags.ts'
import type { Coverage } from '#src/snapshot/coverage.ts'
import type { Recorded } from '#src/snapshot/recorded.ts'

/** Where a service's answers were recorded, and what is known of the calls that have none. */
export interface Place {
  readonly account: string
  /** Empty for services without a region. */
  readonly region: string
  readonly partition: string
  readonly coverage: Coverage
}

/** One AWS service: what is asked of it, and what its answers mean. */
export interface Service {
  /** Endpoint prefix as the AWS CLI spells it: the name of its file. */
  readonly name: string
  readonly scope: 'account' | 'region'
  /** API operations whose answers are read. */
  readonly operations: readonly string[]
  /** It has something to say where nothing was recorded, too. */
  readonly readsAbsence?: boolean
  /** The facts in the recorded answers, keyed by operation. */
  read(recorded: Recorded, place: Place): Iterable<Fact>
}

/** Why nothing is known of one answer; undefined if it was recorded, or was empty. An answer of a wrong shape is not known. */
export function gapIn(recorded: Recorded, operation: string, argument: string, coverage: Coverage): Gap | undefined {
  return recorded.get(operation).get(argument).isObject ? undefined : coverage.gap(operation, argument)
}

/** Lists of `{Key, Value}` (or `key`, `value`) pairs, as AWS writes tags. */
export function tagsIn(list: Recorded): Readonly<Record<string, string>> {
  return tagRecord(list.items().map((tag) => tag.raw))
}

/** Tags as one object, as Lambda and EKS write them. */
export function tagMap(members: Recorded): Readonly<Record<string, string>> {
  return tagRecord(members.entries().map(([Key, value]) => ({ Key, Value: value.raw })))
}
