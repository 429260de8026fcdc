import type { Binder } from '../technique.ts'

/** Data only: the technique gives no hop, or somebody else draws it (role assumption, access to resources). */
export const none: Binder = {}
