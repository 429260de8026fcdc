/** Tags by key. */
export type Tags = Readonly<Record<string, string>>

const noTags: Tags = Object.freeze(Object.create(null))

/** The record of a list of tags as AWS writes them; what is no tag is left out. It has no prototype: a tag may be called `__proto__`. */
export function tagRecord(list: unknown): Tags {
  if (!Array.isArray(list) || list.length === 0) return noTags
  const tags: Record<string, string> = Object.create(null)
  for (const tag of list as readonly unknown[]) {
    if (typeof tag !== 'object' || tag === null) continue
    const { Key, Value, key, value, TagKey, TagValue } = tag as Record<string, unknown>
    const name = Key ?? key ?? TagKey
    const text = Value ?? value ?? TagValue
    if (typeof name === 'string' && typeof text === 'string') tags[name] = text
  }
  return tags
}
