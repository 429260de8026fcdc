import { isAscii, isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { InputError, messageOf } from '#src/lib/errors.ts'
import { parseJson } from '#src/lib/json.ts'
import type { SnapshotFile } from './layout.ts'

/** V8 holds no longer string. */
const longest = 2 ** 29 - 25

/** The JSON of one file, plain or compressed. Throws an `InputError` that names the file, the place in it and the reason. */
export function readDocument(file: SnapshotFile): unknown {
  return parseDocument(file, readBytes(file))
}

export function parseDocument({ path }: SnapshotFile, bytes: Buffer): unknown {
  return parseJson(decode(bytes, path), path)
}

export function readBytes(file: SnapshotFile): Buffer {
  try {
    return readFileSync(file.location)
  } catch (error) {
    throw new InputError(`cannot be read: ${messageOf(error)}`, { where: file.path, cause: error })
  }
}

/** Text of a file's bytes: UTF-8, or UTF-16 where a byte order mark says so (PowerShell writes it). */
export function decode(bytes: Buffer, where: string): string {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? unzip(bytes, where) : bytes
  if (plain.length > longest) throw new InputError(`is too large: ${plain.length} bytes`, { where })
  // Most documents are ASCII, and latin1 costs half of what UTF-8 does.
  if (isAscii(plain)) return plain.toString('latin1')
  if (plain[0] === 0xff && plain[1] === 0xfe) return plain.toString('utf16le', 2)
  if (!isUtf8(plain)) throw new InputError('is not UTF-8 text', { where })
  return plain.toString('utf8')
}

function unzip(bytes: Buffer, where: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: longest })
  } catch (error) {
    throw new InputError(`cannot be decompressed: ${messageOf(error)}`, { where, cause: error })
  }
}
