/** Lets so many pieces of work run at a time; the others wait in the order in which they came. */
export class Limit {
  private free: number
  private readonly waiting: (() => void)[] = []

  constructor(most: number) {
    this.free = most
  }

  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.free > 0) this.free--
    else await new Promise<void>((resolve) => this.waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      if (next === undefined) this.free++
      else next()
    }
  }
}

/** Works through a list, so many at a time; results are in the order of the list. The first error stops what has not begun. */
export async function inParallel<Item, Value>(
  items: Iterable<Item>,
  most: number,
  work: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const results: Value[] = []
  const iterator = items[Symbol.iterator]()
  let index = 0
  let isStopped = false
  const workOn = async (): Promise<void> => {
    while (!isStopped) {
      const { value, done } = iterator.next()
      if (done === true) return
      const place = index++
      try {
        results[place] = await work(value)
      } catch (error) {
        isStopped = true
        throw error
      }
    }
  }
  const settled = await Promise.allSettled(Array.from({ length: most }, workOn))
  const failed = settled.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return results
}
