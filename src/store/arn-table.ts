/**
 * The ARNs of all nodes as one text with offsets, and a hash table from an ARN to its number. A `Map` of a million strings
 * takes a second to fill; this is viewed in place.
 */
export interface ArnTable {
  /** All ARNs one after another; one byte a character if all fit, else two (UTF-16, little endian). */
  readonly pool: Uint8Array
  /** Characters before each ARN, and after the last. */
  readonly start: Uint32Array
  /** Open addressing: 1 + number of the ARN, or 0; the length is a power of two, at least one slot is free. */
  readonly slots: Uint32Array
  /** Start value of the hash, so that nobody can prepare names that all fall into one slot. */
  readonly salt: number
  readonly isWide: boolean
}

export function buildArnTable(count: number, arnOf: (index: number) => string, salt: number): ArnTable {
  const start = new Uint32Array(count + 1)
  let isWide = false
  for (let index = 0; index < count; index++) {
    const arn = arnOf(index)
    start[index + 1] = start[index]! + arn.length
    isWide ||= !isNarrow(arn)
  }
  const pool = Buffer.alloc(start[count]! * (isWide ? 2 : 1))
  const slots = new Uint32Array(slotCount(count))
  for (let index = 0; index < count; index++) {
    const arn = arnOf(index)
    pool.write(arn, start[index]! * (isWide ? 2 : 1), isWide ? 'utf16le' : 'latin1')
    let slot = hash(arn, salt) & (slots.length - 1)
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1)
    slots[slot] = index + 1
  }
  return { pool, start, slots, salt, isWide }
}

/** Whether every offset lies in the pool and every slot names an ARN. */
export function isSoundArnTable({ pool, start, slots, isWide }: ArnTable, count: number): boolean {
  if (start.length !== count + 1 || start[0] !== 0 || slots.length !== slotCount(count)) return false
  for (let index = 0; index < count; index++) if (start[index]! > start[index + 1]!) return false
  if (start[count]! * (isWide ? 2 : 1) !== pool.byteLength) return false
  let free = 0
  for (let slot = 0; slot < slots.length; slot++) {
    if (slots[slot]! > count) return false
    if (slots[slot] === 0) free++
  }
  return free > 0
}

export function arnAt({ pool, start, isWide }: ArnTable, index: number): string {
  const width = isWide ? 2 : 1
  const bytes = Buffer.from(pool.buffer, pool.byteOffset, pool.byteLength)
  return bytes.toString(isWide ? 'utf16le' : 'latin1', start[index]! * width, start[index + 1]! * width)
}

export function findArn(table: ArnTable, arn: string): number | undefined {
  const { slots, salt } = table
  let slot = hash(arn, salt) & (slots.length - 1)
  for (let tries = 0; tries < slots.length; tries++) {
    const entry = slots[slot]!
    if (entry === 0) return undefined
    if (isAt(table, entry - 1, arn)) return entry - 1
    slot = (slot + 1) & (slots.length - 1)
  }
  return undefined
}

function isAt({ pool, start, isWide }: ArnTable, index: number, arn: string): boolean {
  const first = start[index]!
  if (start[index + 1]! - first !== arn.length) return false
  // The end of an ARN differs more often than its beginning.
  for (let place = arn.length - 1; place >= 0; place--) {
    const at = first + place
    const code = isWide ? pool[2 * at]! | (pool[2 * at + 1]! << 8) : pool[at]!
    if (code !== arn.charCodeAt(place)) return false
  }
  return true
}

function hash(text: string, salt: number): number {
  let value = salt
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x5bd1e995)
    value ^= value >>> 15
  }
  return value >>> 0
}

function isNarrow(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0xff) return false
  return true
}

/** At most half full. */
function slotCount(count: number): number {
  let slots = 8
  while (slots < 2 * count) slots *= 2
  return slots
}
