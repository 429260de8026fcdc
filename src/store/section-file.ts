import { createHash } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'

/**
 * One binary file of named sections that is trusted whole or not at all: a header with magic, format, byte order, length, the
 * hash of a stamp and a checksum over everything else; then a table of sections; then the sections, each aligned to 8 bytes,
 * so that typed arrays can be laid over what one read brought in.
 */
export type Sections = ReadonlyMap<string, Uint8Array>

const magic = 'TRUSTWLK'
const format = 1
/** Reads as another number on a machine of the other byte order. */
const byteOrder = 0x01020304
const headerLength = 96
const at = { magic: 0, format: 8, byteOrder: 12, fileLength: 16, tableLength: 24, stamp: 32, checksum: 64 }
const readAtMost = 1 << 30

/** Written under a temporary name with mode 0600 and renamed, so that a file of this name is always complete. */
export function writeSections(file: string, stamp: string, sections: Sections): void {
  const table: [name: string, offset: number, length: number][] = []
  let offset = 0
  for (const [name, bytes] of sections) {
    table.push([name, offset, bytes.byteLength])
    offset = aligned(offset + bytes.byteLength)
  }
  const tableText = Buffer.from(JSON.stringify(table))
  const start = aligned(headerLength + tableText.length)

  const header = new ArrayBuffer(headerLength)
  const view = new DataView(header)
  const bytes = Buffer.from(header)
  bytes.write(magic, at.magic, 'latin1')
  view.setUint32(at.format, format, true)
  new Uint32Array(header, at.byteOrder, 1)[0] = byteOrder
  view.setFloat64(at.fileLength, start + offset, true)
  view.setUint32(at.tableLength, tableText.length, true)
  bytes.set(digest(stamp), at.stamp)

  const temporary = `${file}.${process.pid}.tmp`
  rmSync(temporary, { force: true })
  const descriptor = openSync(temporary, 'wx', 0o600)
  try {
    const hash = createHash('sha256').update(bytes.subarray(0, at.checksum))
    const append = (part: Uint8Array) => {
      hash.update(part)
      writeAll(descriptor, part)
    }
    writeAll(descriptor, bytes)
    append(tableText)
    append(new Uint8Array(start - headerLength - tableText.length))
    for (const part of sections.values()) {
      append(part)
      append(new Uint8Array(aligned(part.byteLength) - part.byteLength))
    }
    writeSync(descriptor, hash.digest(), 0, 32, at.checksum)
    fsyncSync(descriptor)
  } catch (error) {
    closeSync(descriptor)
    rmSync(temporary, { force: true })
    throw error
  }
  closeSync(descriptor)
  renameSync(temporary, file)
}

/** Undefined unless the file is there, complete, unharmed, of this format and of this stamp. */
export function readSections(file: string, stamp: string): Sections | undefined {
  let descriptor: number | undefined
  try {
    descriptor = openSync(file, 'r')
    return sectionsOf(descriptor, stamp)
  } catch {
    // Missing, unreadable, or too large to hold: rebuilt like any other file that cannot be trusted.
    return undefined
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

function sectionsOf(descriptor: number, stamp: string): Sections | undefined {
  const { size } = fstatSync(descriptor)
  if (size < headerLength) return undefined
  const header = new Uint8Array(headerLength)
  if (!readInto(descriptor, header, 0) || !isOurs(header, size, stamp)) return undefined
  const content = new Uint8Array(size)
  if (!readInto(descriptor, content, 0)) return undefined
  const hash = createHash('sha256').update(content.subarray(0, at.checksum)).update(content.subarray(headerLength))
  if (!hash.digest().equals(content.subarray(at.checksum, at.checksum + 32))) return undefined
  return parseTable(content)
}

function isOurs(header: Uint8Array, size: number, stamp: string): boolean {
  const view = new DataView(header.buffer)
  return (
    Buffer.from(header.buffer, at.magic, magic.length).toString('latin1') === magic &&
    view.getUint32(at.format, true) === format &&
    new Uint32Array(header.buffer, at.byteOrder, 1)[0] === byteOrder &&
    view.getFloat64(at.fileLength, true) === size &&
    digest(stamp).equals(header.subarray(at.stamp, at.stamp + 32))
  )
}

/** Offsets are checked as well: a checksum proves that a file is whole, not that we wrote it. */
function parseTable(content: Uint8Array): Sections | undefined {
  const tableLength = new DataView(content.buffer).getUint32(at.tableLength, true)
  const start = aligned(headerLength + tableLength)
  if (start > content.byteLength) return undefined
  const table: unknown = JSON.parse(Buffer.from(content.buffer, headerLength, tableLength).toString())
  if (!Array.isArray(table)) return undefined
  const sections = new Map<string, Uint8Array>()
  for (const row of table as unknown[]) {
    if (!Array.isArray(row)) return undefined
    const [name, offset, length] = row as unknown[]
    if (typeof name !== 'string' || !isLength(offset) || !isLength(length)) return undefined
    if (offset % 8 !== 0 || start + offset + length > content.byteLength) return undefined
    sections.set(name, content.subarray(start + offset, start + offset + length))
  }
  return sections
}

function readInto(descriptor: number, target: Uint8Array, position: number): boolean {
  let done = 0
  while (done < target.byteLength) {
    const count = readSync(descriptor, target, done, Math.min(target.byteLength - done, readAtMost), position + done)
    if (count === 0) return false
    done += count
  }
  return true
}

function writeAll(descriptor: number, part: Uint8Array): void {
  let done = 0
  while (done < part.byteLength) done += writeSync(descriptor, part, done, Math.min(part.byteLength - done, readAtMost))
}

const isLength = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const aligned = (length: number) => Math.ceil(length / 8) * 8

const digest = (text: string) => createHash('sha256').update(text).digest()
