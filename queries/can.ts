import { z } from 'zod'
import type { Hint } from '#src/answers/answer.ts'
import { choicesJson } from '#src/answers/choices.ts'
import { conditionsOf, residualOf } from '#src/answers/condition.ts'
import type { DecisionAnswer, DecisionPart } from '#src/answers/decision.ts'
import { evidenceJson } from '#src/answers/evidence.ts'
import { usageError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import { quoteArgument } from '#src/lib/shell.ts'
import type { Model } from '#src/model/model.ts'
import { askerFor, decide, isMissing, type Part, type Ruling } from './decide.ts'
import { layersOf } from './layers.ts'
import { summaryOf, textParts } from './naming.ts'
import { defineQuery, type Questioned } from './query.ts'
import { accountsOfRequest, isActionName, missingResource, requesterArn, resourceArn } from './request-names.ts'

export const can = defineQuery({
  id: 'can',
  question: 'May this principal do this to that, and which statement of each layer decides it?',
  params: z.object({
    principal: z.string().describe('a selector of one principal, or * for anybody, unsigned'),
    action: z.string().describe('such as s3:GetObject'),
    resource: z.string().describe('ARN, or * for actions without a resource'),
  }),
  prepare(about, { principal: asked, action, resource: named }) {
    if (!isActionName(action))
      throw usageError(`${quote(action)} is not an action`, 'such as s3:GetObject, without wildcards')
    const principal = requesterArn(about, asked)
    const resource = resourceArn(about, named)
    return {
      accounts: accountsOfRequest(about, principal, resource),
      answer(model: Model): DecisionAnswer {
        const asker = askerFor(model, principal)
        if (asker === undefined) throw usageError(`${quote(principal)} makes no requests`, noRequests(principal))
        if (isMissing(model, action, resource)) {
          throw missingResource(about, resource)
        }
        const ruling = decide(model, asker, action, resource, about.have)
        return answerOf(about, { principal, action, resource }, ruling)
      },
    }
  },
})

/** What to ask instead. */
export const noRequests = (principal: string): string =>
  principal.startsWith('arn:aws:identitystore:')
    ? 'people of Identity Center act through roles: `trustwalk reach` lists them'
    : 'expected a user, a role, an account, a service or *'

function answerOf(
  about: Questioned,
  asked: { readonly principal: string; readonly action: string; readonly resource: string },
  { verdict, residual, choices, blockedBy, parts, missing }: Ruling,
): DecisionAnswer {
  const keys = parts.slice(1).map(({ resource }) => resource.arn)
  return {
    shape: 'decision',
    kind: 'trustwalk.can',
    version: 1,
    snapshot: summaryOf(about.register),
    ...asked,
    verdict,
    blockedBy,
    residual: residualOf(residual),
    conditions: conditionsOf(residual),
    ...choicesJson(choices),
    parts: parts.map(partJson),
    ...(missing.length > 0 && { missing }),
    text: textParts(about, [asked.principal, asked.resource, ...keys], { hints: hintsFor(asked, verdict) }),
  }
}

const partJson = (part: Part): DecisionPart => ({
  action: part.action,
  resource: part.resource.arn,
  decision: part.decision.decision,
  blockedBy: part.decision.blockedBy,
  evidence: part.decision.evidence.map(evidenceJson),
  layers: layersOf(part),
})

function hintsFor(
  { principal, action, resource }: { principal: string; action: string; resource: string },
  verdict: string,
): Hint[] {
  const who = {
    text: 'shows who may',
    command: `trustwalk who-can ${quoteArgument(action)} ${quoteArgument(resource)}`,
  }
  if (verdict === 'no' && principal !== '*') {
    return [{ text: 'shows who may, through hops as well', command: `${who.command} --transitive` }]
  }
  return [who]
}
