import type { Formula } from '#src/policy/formula.ts'
import { settle } from '#src/policy/settle.ts'
import type { Label } from './graph.ts'

type Access = NonNullable<Label['access']>[number]

/** What is done in a hop, before its condition is known. */
export interface Step {
  readonly technique: string
  readonly via: string
  readonly resource?: string
  readonly access?: readonly Access[]
  readonly alsoTechniques?: readonly string[]
}

/** Makes labels: the same step under the same condition is one label, so that comparing labels is comparing references. */
export class LabelMaker {
  readonly #labels = new Map<string, Label | undefined>()

  /** Undefined where the condition can never hold: there is no hop then. */
  label(step: Step, formula: Formula): Label | undefined {
    if (formula.kind === 'never') return undefined
    const { technique, via, resource, access, alsoTechniques = [] } = step
    const key = [technique, alsoTechniques.join(), via, resource ?? '', access?.join() ?? '', formula.id].join('\n')
    if (this.#labels.has(key)) return this.#labels.get(key)
    const { verdict } = settle(formula)
    const label: Label | undefined =
      verdict === 'no'
        ? undefined
        : {
            technique,
            alsoTechniques,
            via,
            ...(resource !== undefined && { resource }),
            ...(access !== undefined && { access }),
            formula,
            verdict,
          }
    this.#labels.set(key, label)
    return label
  }
}
