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
  /** Why the hop is conditional at most: always set for `uncertain` ones, and where something outside AWS's data decides. */
  readonly doubt?: string
  /** What must still happen afterwards, by somebody else. Of two techniques for one pair the one without it is named first. */
  readonly waitsFor?: string
  /**
   * A response that would name what must exist already, but that no snapshot records, such as `codebuild:ListProjects`:
   * the openings hang on a gap.
   */
  readonly needsUnrecorded?: string
  /** Who enumerates its openings: a file of `binders/`. */
  readonly binder: string
}

/** Entries with the same `oneOf` are alternatives; all others are needed. */
export interface Requirement {
  readonly action: string
  /** A slot that the binder fills: `target-role`, `own-user`, … of `slots.ts`, or a resource type of the action's service. */
  readonly on: string
  readonly oneOf?: string
  /** Values of context keys under which the technique works; any one of each list. */
  readonly context?: Readonly<Record<string, readonly string[]>>
}

/** A technique tied to one target: whoever may do all of `needs` has the hop, if `given` and `trust` hold. */
export interface Opening {
  readonly technique: Technique
  /** The only node that has the hop, because it is what it is (a cluster, a host's role, a trust anchor); else anybody in the account. */
  readonly from?: string
  /** ARN of the node the hop ends in, or `admin:<account>`. */
  readonly to: string
  /** Compute or resource on the way, or the identity that becomes administrator. */
  readonly resource?: string
  /** All are needed; of the alternatives of each, one. */
  readonly needs: readonly (readonly Need[])[]
  /** What the binding itself leaves open: `always`, a gap, a doubt. */
  readonly given: Formula
  /** A service or identity provider that the trust policy of a role must let in besides. */
  readonly trust?: TrustNeed
  /** Looks open but is not: only for explaining why there is no hop, never a hop. */
  readonly closedBy?: Closure
}

/** The trust policy of `role` must let `service` do all of `actions`; `aws:SourceAccount` is the role's account. */
export interface TrustNeed {
  /** Service principal such as `lambda.amazonaws.com`, or ARN or name of an identity provider. */
  readonly service: string
  readonly role: string
  /** What is called; `sts:AssumeRole` alone if absent. `…WithSAML` and `…WithWebIdentity` mean that `service` is an identity provider. */
  readonly actions?: readonly string[]
  /** Further keys of that call, as in a Need: `aws:SourceArn`, claims. */
  readonly context?: Context
  /** The attacker holds the identity provider: he chooses every claim. */
  readonly choosesClaims?: boolean
}

export interface Closure {
  readonly layer: 'binding' | 'boundary'
  /** A clause for people: `the instance runs without an instance profile`. */
  readonly reason: string
}

/** One action on one resource, as it must be allowed. */
export interface Need {
  readonly action: string
  readonly resource: NeedResource
  readonly context?: Context
}

/**
 * Values of context keys, any one of each list. A value with `*` is a pattern: the caller chooses a text that fits it.
 * An empty list: the key is absent.
 */
export type Context = Readonly<Record<string, readonly string[]>>

export type NeedResource =
  /** Something that exists; tags and policy are looked up by the ARN. */
  | {
      readonly kind: 'existing'
      readonly arn: string
      readonly tags?: Readonly<Record<string, string>>
      /** A role whose trust policy the caller has written by then: it lets him in. */
      readonly trustsCaller?: boolean
    }
  /**
   * Something the caller creates and names: any ARN that fits the template (`*` is free) will do, and needs of one opening
   * with the same `name` must fit one and the same ARN.
   */
  | { readonly kind: 'new'; readonly name: string; readonly template: string; readonly trustsCaller?: boolean }
  /** An action without resource-level permissions. */
  | { readonly kind: 'any' }

/**
 * A technique that changes an identity instead of reaching another: whoever may do all of `needs` makes the change happen, then
 * everything `identity` reaches is to be decided again with it. It helps whoever has or reaches `identity`.
 */
export interface Change {
  readonly technique: Technique
  /** ARN of the user or role whose layers change. */
  readonly identity: string
  readonly lift: Lift
  readonly needs: readonly (readonly Need[])[]
  readonly given: Formula
}

export type Lift =
  /** The permissions boundary is gone. */
  | { readonly kind: 'boundary' }
  /** This attached or inline policy is gone; `arn` for managed ones; `from` is the user, group or role that holds it. */
  | { readonly kind: 'policy'; readonly name: string; readonly arn?: string; readonly from: string }
  /** This version of an attached managed policy is in force. */
  | { readonly kind: 'version'; readonly arn: string; readonly version: string }
  /** The user is a member of this group as well. */
  | { readonly kind: 'join'; readonly group: string }
  /** The user has left this group. */
  | { readonly kind: 'leave'; readonly group: string }
  /** The identity carries this tag; without a value it does not carry it any more. */
  | { readonly kind: 'tag'; readonly key: string; readonly value?: string }
  /** The identity's own policies allow everything; its boundary stays. */
  | { readonly kind: 'grant' }
  /** Sessions of the user may carry MFA. */
  | { readonly kind: 'mfa' }
  /** Name and path are what the caller wants. */
  | { readonly kind: 'rename' }

/** Enumerates the openings of a technique. Pure; knows where the binding stands in the model, decides no access. */
export interface Binder {
  /**
   * Openings may end in something else than an identity of the account or its administrator, such as a cluster or a role of
   * another account: an administrator needs them as well.
   */
  readonly leadsElsewhere?: true
  /**
   * Openings that anybody in the account may use. `isWanted` tells whether somebody may do to a user or role what the technique
   * does to its target: openings of others may be left out.
   */
  openings?(technique: Technique, account: Account, model: Model, isWanted?: IsWanted): Iterable<Opening>
  /** Openings that only this identity may use (its own policies, groups, boundary). */
  ownOpenings?(technique: Technique, identity: User | Role, account: Account, model: Model): Iterable<Opening>
  /**
   * What may become of `identity` by this technique, by whoever in the account may do it. Only changes that can matter. `mayDo` tells
   * whether somebody may do an action to the identity at all: changes by others may be left out.
   */
  changes?(technique: Technique, identity: User | Role, account: Account, model: Model, mayDo?: MayDo): Iterable<Change>
  /** Openings that look as if they led `from` (an ARN) to `to` and that do not, each with `closedBy`. `to` lies in `account`. */
  closedOpenings?(technique: Technique, ends: Ends, account: Account, model: Model): Iterable<Opening>
}

/** Whether the user or role of this ARN is worth an opening. */
export type IsWanted = (arn: string) => boolean

/** Whether an action can be done to an identity, whatever values the call is made with. */
export type MayDo = (action: string) => boolean

export interface Ends {
  readonly from: string
  readonly to: string
}
