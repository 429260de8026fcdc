import { techniques } from '#src/techniques/index.ts'
import type { Technique } from '#src/techniques/technique.ts'

/** Those that give hops, in the order in which they name them: first what waits for nothing, then the catalogue's order. */
export const live: readonly Technique[] = techniques
  .filter(({ status }) => status !== 'dead')
  .sort(
    (left, right) =>
      Number(left.waitsFor !== undefined) - Number(right.waitsFor !== undefined) || (left.id < right.id ? -1 : 1),
  )

/** Techniques whose hop ends in `admin:<account>`, whatever they are done to. */
export const endsInAdmin = ({ grants }: Technique): boolean => /^(self-admin|become-admin|account-admin)$/.test(grants)
