import { readdirSync, readFileSync } from 'node:fs'

/** A self-contained request document with the answer of AWS. */
export interface Vector {
  readonly id: string
  readonly title: string
  readonly request: { readonly context: object; readonly absent: readonly string[] }
  readonly expected: {
    readonly decision: string
    readonly blockedBy?: readonly string[]
    readonly residual?: readonly { effect: string; operator: string; key: string; values: readonly string[] }[]
    readonly bounds?: { readonly best: string; readonly worst: string }
    readonly witnesses?: readonly { decision: string; context: object; absent: readonly string[] }[]
  }
}

const directory = new URL('../vectors/', import.meta.url)

export const loadVectors = (): readonly Vector[] =>
  readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => JSON.parse(readFileSync(new URL(file, directory), 'utf8')) as Vector[])

/** The vector with more of its context known. */
export const withContext = ({ request, ...vector }: Vector, context: object, absent: readonly string[]): unknown => ({
  ...vector,
  request: { ...request, context: { ...request.context, ...context }, absent: [...request.absent, ...absent] },
})
