/** Readers of the typed values that condition operators compare. Each gives undefined for a text that is no such value. */

export function numberOf(text: string): number | undefined {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : undefined
}

/** Seconds since 1970. ISO 8601 in the W3C profile, without a zone in UTC; or epoch seconds. Four digits are a year. */
export function secondsOf(text: string): number | undefined {
  const iso =
    /^(\d{4})(?:-?(\d{2})(?:-?(\d{2})(?:[Tt ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?)?)?$/.exec(
      text,
    )
  if (iso === null || /^\d{5,}$/.test(text)) return numberOf(text)
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '0', zone = 'Z'] = iso
  const milliseconds = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  const back = new Date(milliseconds)
  // Date.UTC takes 31 February for 3 March.
  if (back.getUTCMonth() !== Number(month) - 1 || back.getUTCDate() !== Number(day) + (hour === '24' ? 1 : 0))
    return undefined
  return milliseconds / 1000 + Number(`0.${fraction}`) - zoneSeconds(zone)
}

export function booleanOf(text: string): boolean | undefined {
  const lower = text.toLowerCase()
  return lower === 'true' ? true : lower === 'false' ? false : undefined
}

/** The bytes of a base64 text, as text: `QQ==` and `QR==` are the same byte. */
export function binaryOf(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const digits = text.replace(/=+$/, '')
  return digits.length % 4 === 1 ? undefined : atob(digits)
}

export interface AddressRange {
  readonly bits: 32 | 128
  readonly address: bigint
  /** How many leading bits count. */
  readonly prefix: number
}

/** An IPv4 or IPv6 address, or a range in CIDR notation. */
export function addressRangeOf(text: string): AddressRange | undefined {
  const [host = '', length, more] = text.split('/')
  const bits = host.includes(':') ? 128 : 32
  const address = bits === 128 ? ipv6(host) : ipv4(host)
  if (address === undefined || more !== undefined) return undefined
  if (length === undefined) return { bits, address, prefix: bits }
  const prefix = /^\d{1,3}$/.test(length) ? Number(length) : bits + 1
  return prefix <= bits ? { bits, address, prefix } : undefined
}

/** Whether all of `inner` lies in `outer`; addresses of another family never do. */
export function contains(outer: AddressRange, inner: AddressRange): boolean {
  if (outer.bits !== inner.bits || inner.prefix < outer.prefix) return false
  const ignored = BigInt(outer.bits - outer.prefix)
  return outer.address >> ignored === inner.address >> ignored
}

function zoneSeconds(zone: string): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? []
  if (sign === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60)
}

function ipv4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let address = 0n
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined
    address = address * 256n + BigInt(part)
  }
  return address
}

function ipv6(text: string): bigint | undefined {
  const halves = text.split('::')
  // An IPv4 address can only be the end.
  if (halves.length > 2 || (halves.length === 2 && halves[0]!.includes('.'))) return undefined
  const [head, tail] = halves.map(groups)
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const all = [...head, ...new Array<bigint>(missing).fill(0n), ...(tail ?? [])]
  return all.reduce((address, group) => address * 65536n + group, 0n)
}

/** The 16-bit groups of one half; the last 32 bits may be written as an IPv4 address. */
function groups(half: string): bigint[] | undefined {
  if (half === '') return []
  const result: bigint[] = []
  const parts = half.split(':')
  for (const [index, part] of parts.entries()) {
    if (part.includes('.') && index === parts.length - 1) {
      const address = ipv4(part)
      if (address === undefined) return undefined
      result.push(address >> 16n, address & 65535n)
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) result.push(BigInt(`0x${part}`))
    else return undefined
  }
  return result
}
