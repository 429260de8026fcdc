import { z } from 'zod'
import type { ReachAnswer, ReachSubject } from '#src/answers/reach.ts'
import type { Register, RegisteredKey } from '#src/graph/register.ts'
import { usageError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import { quoteArgument } from '#src/lib/shell.ts'
import { didYouMean, nearestNames } from '#src/lib/suggest.ts'
import { containmentOf } from './containment.ts'
import { gapsOf, summaryOf, textParts } from './naming.ts'
import { defineQuery, readsNothing } from './query.ts'
import { namesIn } from './reach.ts'
import { reachedFrom } from './reached.ts'
import { selectOne } from './selectors.ts'

export const blastRadius = defineQuery({
  id: 'blast-radius',
  question: 'What can someone reach who holds this access key, and what is to be done first?',
  params: z.object({ subject: z.string().describe('an access key id, or a selector of one principal') }),
  prepare(about, { subject: asked }) {
    const key = keyNamed(about.register, asked)
    const owner = selectOne(about, key?.user ?? asked)
    const { lists, found } = reachedFrom(about, owner)
    const subject = subjectOf(owner.arn, key)
    const containment = containmentOf(about, owner, subject, lists, found)
    const notes = [
      ...(key?.status === 'Inactive' ? ['the key is inactive; this is what it led to when it was active'] : []),
      ...(owner.missing === undefined ? [] : [`${owner.arn} could not be read: ${owner.missing}`]),
    ]
    return readsNothing<ReachAnswer>({
      shape: 'reach',
      kind: 'trustwalk.blast-radius',
      version: 1,
      snapshot: summaryOf(about.register),
      subject,
      ...lists,
      containment,
      gaps: gapsOf(about.register),
      text: textParts(about, namesIn(owner.arn, lists), {
        techniques: lists.principals.map(({ technique }) => technique),
        notes,
        hints: hintsFor(owner.arn, lists),
      }),
    })
  },
})

/** Undefined for what does not look like an access key id; an error for one that nobody has. */
function keyNamed({ keys }: Register, text: string): RegisteredKey | undefined {
  const id = text.trim()
  const known = keys.find((key) => key.id === id)
  if (known !== undefined || !/^A(KIA|SIA)[A-Z0-9]{8,}$/.test(id)) return known
  if (id.startsWith('ASIA')) {
    throw usageError(
      `${quote(id)} is a key of a temporary session`,
      'ask about the role or user that the session belongs to: CloudTrail tells it',
    )
  }
  const near = nearestNames(
    id,
    keys.map((key) => key.id),
  )
  throw usageError(`no access key ${quote(id)} in the snapshot`, near.length === 0 ? undefined : didYouMean(near))
}

const subjectOf = (owner: string, key: RegisteredKey | undefined): ReachSubject =>
  key === undefined
    ? { owner }
    : {
        accessKeyId: key.id,
        owner,
        status: key.status,
        ...(key.createdAt !== undefined && { createdAt: key.createdAt }),
        ...(key.lastUsed !== undefined && { lastUsed: key.lastUsed }),
      }

function hintsFor(owner: string, { principals }: Pick<ReachAnswer, 'principals'>) {
  const farthest = principals.at(-1)
  if (farthest === undefined) return []
  return [
    {
      text: 'shows how',
      command: `trustwalk paths --from ${quoteArgument(owner)} --to ${quoteArgument(farthest.arn)}`,
    },
  ]
}
