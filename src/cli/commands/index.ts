import type { AddVerb } from '../context.ts'
import { addBlastRadius } from './blast-radius.ts'
import { addCan } from './can.ts'
import { addCompletion } from './completion.ts'
import { addEvaluate } from './evaluate.ts'
import { addExternal } from './external.ts'
import { addPaths } from './paths.ts'
import { addReach } from './reach.ts'
import { addWhatCan } from './what-can.ts'
import { addWhoCan } from './who-can.ts'

/** Every verb, in the order of `--help`. */
export const addVerbs: readonly AddVerb[] = [
  addPaths,
  addBlastRadius,
  addExternal,
  addReach,
  addWhoCan,
  addWhatCan,
  addCan,
  addEvaluate,
  addCompletion,
]
