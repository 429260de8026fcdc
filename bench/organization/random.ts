/** A reproducible source of chance: the same seed gives the same sequence on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** In [0, below). */
  below(below: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** `count` distinct members, or all if there are fewer. */
  sample<T>(list: readonly T[], count: number): T[]
  /** `length` characters of `alphabet`. */
  text(alphabet: string, length: number): string
}

export const hexadecimal = '0123456789abcdef'
/** Lower-case letters and digits that cannot be mistaken for each other. */
export const readable = 'abcdefghijkmnpqrstuvwxyz23456789'
/** What AWS's unique ids are made of. */
export const idAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** SplitMix-seeded xorshift (sfc32), as in PractRand: small, fast, good enough for made-up organizations. */
export function createRandom(seed: string): Random {
  let [a, b, c, d] = seedWords(seed)
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return (sum >>> 0) / 4294967296
  }
  for (let round = 0; round < 12; round++) next()
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (list) => list[below(list.length)]!,
    sample(list, count) {
      const rest = [...list]
      const taken: (typeof rest)[number][] = []
      while (taken.length < count && rest.length > 0) taken.push(rest.splice(below(rest.length), 1)[0]!)
      return taken
    },
    text(alphabet, length) {
      let text = ''
      for (let index = 0; index < length; index++) text += alphabet[below(alphabet.length)]
      return text
    },
  }
}

/** Four words out of a text (FNV-1a with four offsets). */
function seedWords(seed: string): [number, number, number, number] {
  const words = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35].map((offset) => {
    let hash = offset
    for (let index = 0; index < seed.length; index++) hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193)
    return hash ^ (hash >>> 15)
  })
  return words as [number, number, number, number]
}
