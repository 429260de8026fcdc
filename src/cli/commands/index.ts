import type { AddVerb } from '../context.ts'
import { addBlastRadius } from './blast-radius.ts'
import { addCan } from './can.ts'
import { addCollect } from './collect.ts'
import { addCollectorPolicy } from './collector-policy.ts'
import { addCompletion } from './completion.ts'
import { addEvaluate } from './evaluate.ts'
import { addExternal } from './external.ts'
import { addImport } from './import.ts'
import { addPaths } from './paths.ts'
import { addReach } from './reach.ts'
import { addSnapshots } from './snapshots.ts'
import { addWhatCan } from './what-can.ts'
import { addWhoCan } from './who-can.ts'

/** Every verb, in the order of `--help`. */
export const addVerbs: readonly AddVerb[] = [
  addCollect,
  addImport,
  addPaths,
  addBlastRadius,
  addExternal,
  addReach,
  addWhoCan,
  addWhatCan,
  addCan,
  addEvaluate,
  addSnapshots,
  addCollectorPolicy,
  addCompletion,
]
