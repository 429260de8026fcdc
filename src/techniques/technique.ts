import type { Account, Model, Role, User } from '#src/model/model.ts'
import type { Formula } from '#src/policy/formula.ts'

/** A way by which one identity gains the rights of another, in the fields of the public catalogue (techniques.json). */
export interface Technique {
  /** pathfinding.cloud id, or an id of ours (901-999). */
  readonly id: string
  readonly name: string
  readonly category: string
  readonly status: 'working' | 'uncertain' | 'dead'
  readonly severity: string
  readonly grants: string
  /** The API call to name in `via`. */
  readonly via: string
  readonly requires: readonly Requirement[]
  /** Service principals one of which the target role must trust. */
  readonly targetTrust: readonly string[]
  /** CloudTrail event names. */
  readonly cloudTrail: readonly string[]
  readonly mitre: readonly string[]
  /** Why the hop is conditional at most, for `uncertain` ones. */
  readonly doubt?: string
  /** Who enumerates its openings: a file of `binders/`. */
  readonly binder: string
}

/** Entries with the same `oneOf` are alternatives; all others are needed. */
export interface Requirement {
  readonly action: string
  /** A slot that the binder fills: `target-role`, `own-user`, `function`, … */
  readonly on: string
  readonly oneOf?: string
  /** Values of context keys under which the technique works; any one of each list. */
  readonly context?: Readonly<Record<string, readonly string[]>>
}

/** A technique tied to one target: whoever may do all of `needs` has the hop, if `given` holds. */
export interface Opening {
  readonly technique: Technique
  /** ARN of the node the hop ends in, or `admin:<account>`. */
  readonly to: string
  /** Compute or resource on the way. */
  readonly resource?: string
  /** All are needed; of the alternatives of each, one. */
  readonly needs: readonly (readonly Need[])[]
  /** What the binding itself leaves open: `always`, a gap, a documentation conflict. */
  readonly given: Formula
}

/** One action on one resource, as it must be allowed. */
export interface Need {
  readonly action: string
  readonly resource: NeedResource
  readonly context?: Readonly<Record<string, readonly string[]>>
}

export type NeedResource =
  /** Something that exists; tags and policy are looked up by the ARN. */
  | { readonly kind: 'existing'; readonly arn: string; readonly tags?: Readonly<Record<string, string>> }
  /**
   * Something the caller creates and names: any ARN that fits the template (`*` is free) will do, and needs of one opening
   * with the same `name` must fit one and the same ARN.
   */
  | { readonly kind: 'new'; readonly name: string; readonly template: string }
  /** An action without resource-level permissions. */
  | { readonly kind: 'any' }

/** Enumerates the openings of a technique. Pure; knows where the binding stands in the model, decides no access. */
export interface Binder {
  /** Openings that anybody in the account may use. */
  openings?(technique: Technique, account: Account, model: Model): Iterable<Opening>
  /** Openings that only this identity may use (its own policies, groups, boundary). */
  ownOpenings?(technique: Technique, identity: User | Role, account: Account, model: Model): Iterable<Opening>
}
