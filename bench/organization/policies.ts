/** A statement as AWS prints it. */
export interface StatementJson {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: unknown
  readonly Action?: string | readonly string[]
  readonly NotAction?: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly NotResource?: string | readonly string[]
  readonly Condition?: ConditionJson
}

export type ConditionJson = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

export interface DocumentJson {
  readonly Version: '2012-10-17'
  readonly Statement: readonly StatementJson[]
}

export const document = (...statements: readonly StatementJson[]): DocumentJson => ({
  Version: '2012-10-17',
  Statement: statements,
})

export function allow(
  action: string | readonly string[],
  resource: string | readonly string[],
  condition?: ConditionJson,
): StatementJson {
  return { Effect: 'Allow', Action: action, Resource: resource, ...(condition && { Condition: condition }) }
}

export function deny(
  action: string | readonly string[],
  resource: string | readonly string[],
  condition?: ConditionJson,
): StatementJson {
  return { Effect: 'Deny', Action: action, Resource: resource, ...(condition && { Condition: condition }) }
}

/** A statement of a trust policy. */
export function trust(principal: unknown, condition?: ConditionJson): StatementJson {
  return {
    Effect: 'Allow',
    Principal: principal,
    Action: 'sts:AssumeRole',
    ...(condition && { Condition: condition }),
  }
}

export const trustService = (service: string) => trust({ Service: service })

export const rootOf = (account: string) => `arn:aws:iam::${account}:root`
