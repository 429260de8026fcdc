import type { z } from 'zod'
import type { Query } from '#queries/query.ts'
import type { Answer } from '#src/answers/answer.ts'
import { usageError } from '#src/lib/errors.ts'
import type { Context } from './context.ts'
import { gapLines } from './gap-lines.ts'
import { openSnapshot } from './open-snapshot.ts'
import type { QuestionOptions } from './options.ts'
import { writeMessage } from './output.ts'

/**
 * Puts one question to the snapshot that the options name. Searches the stored graph first, then reads only the accounts
 * that the answer needs. Says on stderr what was not collected.
 */
export async function ask<Schema extends z.ZodType, Result extends Answer>(
  query: Query<Schema, Result>,
  params: z.input<Schema>,
  options: QuestionOptions,
  { io }: Context,
): Promise<Result> {
  const parsed = query.params.safeParse(params)
  if (!parsed.success) throw usageError(parsed.error.issues.map(({ message }) => message).join('; '))
  const opened = await openSnapshot(options.snapshot, options, io)
  const { graph, register } = opened
  const prepared = query.prepare({ graph, register, have: options.have }, parsed.data)
  const answer = prepared.answer(await opened.load(prepared.accounts))
  for (const line of gapLines(register.gaps)) writeMessage(line, options, io)
  return answer
}
