import { quote } from '#src/lib/escape.ts'

/** Told what was found in a recorded response where something else was expected. */
export type Report = (place: string, reason: string) => void

/**
 * A value inside a recorded response, read without trust in its shape: what has another shape than expected is reported
 * with its place and left out. Members are own members, whatever they are called.
 */
export class Recorded {
  private readonly value: unknown
  private readonly key: string | number
  private readonly parent: Recorded | undefined
  private readonly report: Report

  constructor(value: unknown, report: Report, key: string | number = '', parent?: Recorded) {
    this.value = value
    this.key = key
    this.parent = parent
    this.report = report
  }

  get exists(): boolean {
    return this.value !== undefined && this.value !== null
  }

  get isObject(): boolean {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value)
  }

  /** As it was recorded. */
  get raw(): unknown {
    return this.value
  }

  get place(): string {
    if (this.parent === undefined) return ''
    const before = this.parent.place
    if (typeof this.key === 'number') return `${before}[${this.key}]`
    const name = /^\w+$/.test(this.key) ? this.key : `[${quote(this.key)}]`
    return before === '' || name.startsWith('[') ? `${before}${name}` : `${before}.${name}`
  }

  get(key: string): Recorded {
    const members = this.members()
    return new Recorded(members === undefined ? undefined : own(members, key), this.report, key, this)
  }

  has(key: string): boolean {
    return this.get(key).exists
  }

  entries(): readonly (readonly [key: string, member: Recorded])[] {
    return Object.entries(this.members() ?? {}).map(([key, value]) => [
      key,
      new Recorded(value, this.report, key, this),
    ])
  }

  items(): readonly Recorded[] {
    if (!this.exists) return []
    if (Array.isArray(this.value)) {
      return this.value.map((value, index) => new Recorded(value, this.report, index, this))
    }
    this.complain('a list')
    return []
  }

  text(): string | undefined {
    if (typeof this.value === 'string') return this.value
    if (this.exists) this.complain('text')
    return undefined
  }

  /** Text that must be there. */
  requiredText(): string | undefined {
    if (typeof this.value === 'string' && this.value !== '') return this.value
    this.complain('text')
    return undefined
  }

  /** An ARN that must be there. */
  arn(): string | undefined {
    if (typeof this.value === 'string' && looksLikeArn(this.value)) return this.value
    this.complain('an ARN')
    return undefined
  }

  flag(): boolean | undefined {
    if (typeof this.value === 'boolean') return this.value
    if (this.exists) this.complain('true or false')
    return undefined
  }

  complain(expected: string): void {
    this.report(this.place, `expected ${expected}, got ${shown(this.value)}`)
  }

  private members(): object | undefined {
    if (this.isObject) return this.value as object
    if (this.exists) this.complain('an object')
    return undefined
  }
}

export const looksLikeArn = (text: string): boolean => /^arn:[^:]+:[^:]+:[^:]*:[^:]*:./s.test(text)

export function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
}

/** A value of the wrong shape, for an error message. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return quote(String(value), 80)
}
