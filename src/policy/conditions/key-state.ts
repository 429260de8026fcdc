/** What is known of a context key: its values, that it is absent, or nothing. */
export type KeyState =
  | { readonly state: 'known'; readonly values: readonly string[] }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown' }

/** Knowledge of context keys; keys are compared without regard to case. */
export type KeyLookup = (key: string) => KeyState

export const absent: KeyState = { state: 'absent' }
export const unknown: KeyState = { state: 'unknown' }
export const known = (...values: readonly string[]): KeyState => ({ state: 'known', values })
