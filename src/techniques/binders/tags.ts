import type { Model } from '#src/model/model.ts'
import type { Condition, Policy } from '#src/policy/policy.ts'
import { isEditable } from '../binding/administration.ts'
import { existing } from '../binding/fill.ts'
import type { Binder, Requirement } from '../technique.ts'
import { change } from './changes.ts'

/** An identity gets (or loses) a tag that some policy of the organization asks for. */
export const tags: Binder = {
  *changes(technique, identity, account, model, mayDo) {
    if (!isEditable(identity)) return
    const isUser = identity.kind === 'user'
    const self = [existing(identity.arn, identity.tags)]
    const slots = { 'target-user': isUser ? self : [], 'target-role': isUser ? [] : self, 'tag-gated-resource': [] }
    const isOpen = (verb: 'Tag' | 'Untag') => mayDo?.(`iam:${verb}${isUser ? 'User' : 'Role'}`) !== false
    const doing = (verb: 'Tag' | 'Untag', key: string, value?: string) => ({
      ...technique,
      requires: technique.requires
        .filter(({ action }) => action.startsWith(`iam:${verb}`))
        .map((requirement): Requirement => ({ ...requirement, context: tagContext(key, value) })),
    })
    const mayTag = isOpen('Tag')
    const mayUntag = isOpen('Untag')
    if (!mayTag && !mayUntag) return
    for (const [key, values] of wantedTags(model)) {
      for (const value of mayTag ? values : []) {
        if (identity.tags[key] === value) continue
        const lift = { kind: 'tag', key, value } as const
        yield* change(doing('Tag', key, value), identity, account, model, lift, slots, technique)
      }
      if (!mayUntag || identity.tags[key] === undefined) continue
      yield* change(doing('Untag', key), identity, account, model, { kind: 'tag', key }, slots, technique)
    }
  },
}

const tagContext = (key: string, value: string | undefined) => ({
  'aws:TagKeys': [key],
  ...(value !== undefined && { [`aws:RequestTag/${key}`]: [value] }),
})

const wanted = new WeakMap<Model, ReadonlyMap<string, ReadonlySet<string>>>()

/** Tag keys and values that conditions on `aws:PrincipalTag` name anywhere in the organization. */
function wantedTags(model: Model): ReadonlyMap<string, ReadonlySet<string>> {
  const known = wanted.get(model)
  if (known !== undefined) return known
  const found = new Map<string, Set<string>>()
  for (const policy of new Set(policiesIn(model))) {
    for (const { conditions } of policy.statements) for (const condition of conditions) collect(condition, found)
  }
  wanted.set(model, found)
  return found
}

function collect({ key, values }: Condition, found: Map<string, Set<string>>): void {
  const tag = /^aws:PrincipalTag\/(.+)$/i.exec(key)?.[1]
  if (tag === undefined) return
  const texts = found.get(tag) ?? new Set()
  found.set(tag, texts)
  // Of a pattern, one text that it fits; a variable is somebody else's value, which cannot be known here.
  for (const value of values) if (!value.includes('${')) texts.add(value.replace(/[*?]/g, 'x'))
}

function* policiesIn(model: Model): Generator<Policy> {
  for (const { users, groups, roles, resources, membership } of model.accounts.values()) {
    for (const identity of [...users, ...groups, ...roles]) for (const { policy } of identity.policies) yield policy
    for (const { trust } of roles) yield trust.policy
    for (const { policy } of resources) if (policy !== undefined) yield policy.policy
    for (const { scps, rcps } of membership?.levels ?? []) for (const { policy } of [...scps, ...rcps]) yield policy
  }
}
