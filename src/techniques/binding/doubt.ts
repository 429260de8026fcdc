import { always, atom, type Formula } from '#src/policy/formula.ts'
import type { Technique } from '../technique.ts'

/** The key of an atom that stands for what makes a technique's hop conditional at most; its value is the technique's id. */
export const doubtKey = 'trustwalk:uncertain-technique'

/** `always` for a technique without doubt. */
export const doubtOf = ({ id, doubt }: Technique): Formula =>
  doubt === undefined ? always : atom('StringEquals', doubtKey, [id])
