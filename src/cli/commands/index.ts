import type { AddVerb } from '../context.ts'
import { addCompletion } from './completion.ts'
import { addEvaluate } from './evaluate.ts'

/** Every verb, in the order of `--help`. */
export const addVerbs: readonly AddVerb[] = [addEvaluate, addCompletion]
