import { z } from 'zod'
import type { Hint } from '#src/answers/answer.ts'
import type { ReachAnswer } from '#src/answers/reach.ts'
import { quoteArgument } from '#src/lib/shell.ts'
import { gapsOf, nameOf, summaryOf, textParts } from './naming.ts'
import { defineQuery, type Questioned, readsNothing } from './query.ts'
import { reachedFrom } from './reached.ts'
import { selectOne } from './selectors.ts'

export const reachQuery = defineQuery({
  id: 'reach',
  question: 'What can this principal become and touch?',
  params: z.object({ principal: z.string().describe('a selector of one principal') }),
  prepare(about, { principal }) {
    const owner = selectOne(about, principal)
    const { lists } = reachedFrom(about, owner)
    const notes = owner.missing === undefined ? [] : [`${owner.arn} could not be read: ${owner.missing}`]
    return readsNothing<ReachAnswer>({
      shape: 'reach',
      kind: 'trustwalk.reach',
      version: 1,
      snapshot: summaryOf(about.register),
      subject: { owner: owner.arn },
      ...lists,
      containment: [],
      gaps: gapsOf(about.register),
      text: textParts(about, namesIn(owner.arn, lists), {
        techniques: lists.principals.map(({ technique }) => technique),
        notes,
        hints: hintsFor(about, owner.arn),
      }),
    })
  },
})

/** Credentials of one's own can be contained; those of outsiders and services cannot. */
function hintsFor(about: Questioned, owner: string): readonly Hint[] {
  if (!['user', 'role', 'person'].includes(nameOf(about, owner).kind)) return []
  return [{ text: 'says what to do if it is compromised', command: `trustwalk blast-radius ${quoteArgument(owner)}` }]
}

/** ARNs that a list of what is reached mentions. */
export function namesIn(
  owner: string,
  { principals, resources }: Pick<ReachAnswer, 'principals' | 'resources'>,
): Set<string> {
  const names = new Set([owner])
  for (const { arn, through } of [...principals, ...resources]) names.add(arn).add(through)
  return names
}
