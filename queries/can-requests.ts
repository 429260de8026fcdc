import { z } from 'zod'
import { conditionsOf } from '#src/answers/condition.ts'
import type { LinesAnswer, RequestLine } from '#src/answers/lines.ts'
import type { Have } from '#src/graph/session-states.ts'
import type { Model } from '#src/model/model.ts'
import { noRequests } from './can.ts'
import { askerFor, decide, isMissing } from './decide.ts'
import { summaryOf, textParts } from './naming.ts'
import { haveSchema, textAt, withFacts } from './paths-pairs.ts'
import { defineQuery, type Questioned } from './query.ts'
import { accountsOfRequest, isActionName, namesOf, requesterArn, resourceArn } from './request-names.ts'

export const requestSchema = z.object({
  principal: z.string(),
  action: z.string(),
  resource: z.string(),
  have: haveSchema.optional(),
})

interface Asked {
  readonly principal: string
  readonly action: string
  readonly resource: string
}

/** A line with its names resolved, or why they cannot be. */
type Resolved = Asked & ({ readonly names: Asked; readonly have: Have } | { readonly error: string })

export const canRequests = defineQuery({
  id: 'can-requests',
  question: 'May each of these principals do its action to its resource?',
  params: z.object({ requests: z.array(z.unknown()).describe('{"principal","action","resource","have"}, one a line') }),
  prepare(about, { requests }) {
    const resolved = requests.map((line) => resolve(about, line))
    const accounts = new Set<string>()
    for (const line of resolved) {
      if ('error' in line) continue
      for (const id of accountsOfRequest(about, line.names.principal, line.names.resource)) accounts.add(id)
    }
    return {
      accounts,
      answer(model: Model): LinesAnswer {
        return {
          shape: 'lines',
          of: 'requests',
          kind: 'trustwalk.can',
          version: 1,
          snapshot: summaryOf(about.register),
          lines: resolved.map((line) => lineOf(model, line)),
          text: textParts(about, new Set(resolved.flatMap(({ principal, resource }) => [principal, resource]))),
        }
      },
    }
  },
})

function resolve(about: Questioned, line: unknown): Resolved {
  const parsed = requestSchema.safeParse(line)
  const asked = {
    principal: textAt(line, 'principal'),
    action: textAt(line, 'action'),
    resource: textAt(line, 'resource'),
  }
  if (!parsed.success) return { ...asked, error: 'expected {"principal": …, "action": …, "resource": …}' }
  const { principal, action, resource, have } = parsed.data
  if (!isActionName(action)) return { ...asked, error: `${action} is not an action` }
  const names = namesOf(() => ({
    principal: requesterArn(about, principal),
    action,
    resource: resourceArn(about, resource),
  }))
  if (typeof names === 'string') return { ...asked, error: names }
  return { ...asked, names, have: withFacts(about.have, have) }
}

function lineOf(model: Model, line: Resolved): RequestLine {
  const { principal, action, resource } = line
  const failed = (error: string): RequestLine => ({
    principal,
    action,
    resource,
    verdict: 'unknown',
    blockedBy: [],
    conditions: [],
    error,
  })
  if ('error' in line) return failed(line.error)
  const asker = askerFor(model, line.names.principal)
  if (asker === undefined) return failed(`${principal} makes no requests: ${noRequests(line.names.principal)}`)
  if (isMissing(model, action, line.names.resource)) return failed(`the snapshot has no ${resource}`)
  const { verdict, blockedBy, residual } = decide(model, asker, action, line.names.resource, line.have)
  return { principal, action, resource, verdict, blockedBy, conditions: conditionsOf(residual) }
}
