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

/** What is asked of one AWS service. */
export interface Asked {
  /** Endpoint prefix as the AWS CLI spells it: the name of its file. */
  readonly name: string
  /** What its answers tell, in the words of somebody who misses them: `who may use which key`. */
  readonly tells: string
  /** The SDK's client, loaded only when something is asked. */
  readonly client: Client
  /** Prefix of its IAM actions, if it is not the name. */
  readonly prefix?: string
  /** What is asked, in the order of asking. */
  readonly calls: readonly Call[]
}

/** One AWS service of an account: what is asked of it, what is kept of its answers, and what they mean. */
export interface Service extends Asked {
  readonly scope: 'account' | 'region'
  /** Asked only in the account that administers the organization's people: the answers are about all accounts. */
  readonly isOrganizationWide?: boolean
  /** API operations whose answers are read; none: they are kept for people and for other programs. */
  readonly operations: readonly string[]
  /** It has something to say where nothing was recorded, too. */
  readonly readsAbsence?: boolean
  /** The facts in the recorded answers, keyed by operation. */
  read?(recorded: Recorded, place: Place): Iterable<Fact>
}

export interface Client {
  /** Name of the class in the module. */
  readonly name: string
  readonly load: () => Promise<object>
  readonly options?: Readonly<Record<string, unknown>>
}

/** One API operation: where its arguments come from, and what is kept of its answer. */
export interface Call {
  readonly operation: string
  /**
   * Where in earlier answers its arguments are: `ListKeys.Keys.KeyId`, or several such places. Lists are gone through; `*` stands for every
   * argument of an earlier answer and is an argument here too, `_` for one that is not. `kms/ListKeys…` reads the answers
   * of another service in the same place. Without it, the operation is called once.
   */
  readonly each?: string | readonly string[]
  /** Arguments that are always the same, or the account's id, instead of `each`. */
  readonly values?: readonly string[] | 'account'
  /** Members of the input that take the arguments, in their order. */
  readonly as?: readonly string[]
  /** Members of the input that the answer is filed under; default: all of `as`. */
  readonly under?: readonly string[]
  /** The last argument is a list of at most so many. */
  readonly batch?: number
  /** The rest of the input. */
  readonly input?: Readonly<Record<string, unknown>>
  /** Member beside the last argument that names the region to ask. */
  readonly region?: string
  /** The fields that are kept (`select.ts`): what is not named is dropped before anything is written. */
  readonly keep: string
  /** Error codes that mean: there is none. */
  readonly none?: readonly string[]
  /** IAM actions that allow it, if not the prefix and the operation. */
  readonly actions?: readonly string[]
  /** Asked only of the organization's management account. */
  readonly isManagement?: boolean
  /** Asked only on request. */
  readonly isOptional?: boolean
  /** An operation that starts a job; its answer names the job (`JobId`) for this one, which is repeated until the job is over. */
  readonly job?: string
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
