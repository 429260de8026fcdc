import { z } from 'zod'
import type { EvaluationsAnswer } from '#src/answers/evaluations.ts'
import { evaluateDocument } from '#src/evaluate/document.ts'

/** Asks no snapshot: a request document holds everything that decides it. */
export const evaluateQuery = {
  id: 'evaluate',
  question: 'How does AWS decide these self-contained requests?',
  params: z.object({ documents: z.array(z.unknown()).describe('request documents') }),
  answer: ({ documents }: { readonly documents: readonly unknown[] }): EvaluationsAnswer => ({
    shape: 'evaluations',
    kind: 'trustwalk.evaluate',
    version: 1,
    entries: documents.map(evaluateDocument),
  }),
} as const
