import type { Measured } from './measure-size.ts'

/** How time grows with the bytes between two sizes: k of t ~ bytes^k. The aim is 1.1 at most. */
export function growthBetween(small: Measured, large: Measured) {
  const bytes = Math.log(large.inputBytes / small.inputBytes)
  const exponent = (of: (measured: Measured) => number | undefined) => {
    const [from, to] = [of(small), of(large)]
    return from === undefined || to === undefined ? undefined : round(Math.log(to / from) / bytes)
  }
  return {
    growth: `${small.size} to ${large.size}`,
    wall: exponent((measured) => measured.import?.wall),
    cpu: exponent((measured) => measured.import?.cpu),
    bareParseCpu: exponent((measured) => measured.bareParse.cpu),
    hops: exponent((measured) => measured.hops),
  }
}

const round = (value: number) => Math.round(value * 100) / 100
