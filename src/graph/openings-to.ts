import type { Account, Model } from '#src/model/model.ts'
import { binderOf } from '#src/techniques/index.ts'
import type { Opening, Technique } from '#src/techniques/technique.ts'
import { push } from './caller-group.ts'

/** The openings of one technique in an account by what they lead to: those of the account last asked about are kept. */
export function openingsTo(
  model: Model,
  account: Account,
  technique: Technique,
): ReadonlyMap<string, readonly Opening[]> {
  if (last?.model !== model || last.account !== account) last = { model, account, openings: new Map() }
  let byTarget = last.openings.get(technique.id)
  if (byTarget === undefined) {
    byTarget = new Map()
    for (const opening of binderOf(technique).openings?.(technique, account, model) ?? []) {
      push(byTarget, opening.to, opening)
    }
    last.openings.set(technique.id, byTarget)
  }
  return byTarget
}

let last: { model: Model; account: Account; openings: Map<string, Map<string, Opening[]>> } | undefined
