/** A policy document in a form that can be evaluated: parsed and compiled once per distinct text. */
export interface Policy {
  readonly version: '2012-10-17' | '2008-10-17'
  readonly statements: readonly Statement[]
  /** What could not be read, with its place in the document. A policy with problems makes the answers it touches `unknown`. */
  readonly problems: readonly PolicyProblem[]
}

export interface PolicyProblem {
  /** Such as `Statement[3].Condition.StringEqual`. */
  readonly place: string
  readonly reason: string
  /** Index of the statement that is broken; undefined when the whole document is. */
  readonly statement?: number
}

/** One statement; `index` is its position in the document as written, from 0. */
export interface Statement {
  readonly index: number
  readonly sid?: string
  readonly effect: 'Allow' | 'Deny'
  readonly principal?: PrincipalElement
  readonly notPrincipal?: PrincipalElement
  readonly action?: readonly string[]
  readonly notAction?: readonly string[]
  readonly resource?: readonly string[]
  readonly notResource?: readonly string[]
  readonly conditions: readonly Condition[]
  /** A statement that could not be read: whether it matches is not known, whatever the request. */
  readonly unreadable?: boolean
  /** Policy version 2012-10-17: `${…}` are variables. */
  readonly hasVariables: boolean
}

export type PrincipalElement =
  | '*'
  | {
      readonly AWS?: readonly string[]
      readonly Service?: readonly string[]
      readonly Federated?: readonly string[]
      readonly CanonicalUser?: readonly string[]
    }

/** One operator with one key: `operator` as written, with its set prefix and `IfExists`. */
export interface Condition {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

/** A policy in its place: attached, inline or a resource's own. */
export interface NamedPolicy {
  /** Name as a person knows it: `AdministratorAccess`, `inline policy hop`, a bucket's name. */
  readonly name: string
  /** ARN of a managed policy, id of an organization policy; absent for inline and resource policies. */
  readonly arn?: string
  readonly policy: Policy
}
