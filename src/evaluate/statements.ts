import { all, always, any, type Formula, gap, never } from '#src/policy/formula.ts'
import type { NamedPolicy } from '#src/policy/policy.ts'
import { type CompiledStatement, compilePolicy, matchStatement } from '#src/policy/statement.ts'
import type { Evidence, Layer } from './decision.ts'
import type { Level } from './request.ts'
import type { Situation } from './situation.ts'

/** Where steps write down the statements that match, when somebody asks why. */
export type Trace = Evidence[]

/** A list of policies in its place. */
export interface Place {
  readonly layer: Layer
  /** Of organization policies: where they are attached. */
  readonly level?: Level
}

/** Whether a statement speaks of the caller at all: how its Principal element does, in policies that have one. */
export type Covers = (statement: CompiledStatement) => Formula

/** The formula under which one of the policies allows; `covers` looks at the Principal element, where there is one. */
export const allowedBy = (
  policies: readonly NamedPolicy[],
  situation: Situation,
  place: Place,
  trace?: Trace,
  covers?: Covers,
): Formula => match('allows', policies, situation, place, trace, covers)

/** The formula under which one of the policies denies. */
export const deniedBy = (
  policies: readonly NamedPolicy[],
  situation: Situation,
  place: Place,
  trace?: Trace,
  covers?: Covers,
): Formula => match('denies', policies, situation, place, trace, covers)

function match(
  effect: 'allows' | 'denies',
  policies: readonly NamedPolicy[],
  situation: Situation,
  place: Place,
  trace: Trace | undefined,
  covers: Covers | undefined,
): Formula {
  let found: Formula[] | undefined
  for (const named of policies) {
    for (const statement of compilePolicy(named.policy)[effect]) {
      const covered = covers === undefined ? always : covers(statement)
      if (covered.kind === 'never') continue
      const matched = matchStatement(statement, situation)
      if (matched.kind === 'never') continue
      const when = all(covered, statement.source.unreadable ? gapOf(named, statement, place) : matched)
      trace?.push(evidenceOf(named, statement, when, place))
      // Only for speed.
      if (trace === undefined && when.kind === 'always') return always
      if (found === undefined) found = [when]
      else found.push(when)
    }
  }
  return found === undefined ? never : any(...found)
}

/** Whether an unreadable statement allows, and whether it denies, are two questions. */
function gapOf(named: NamedPolicy, { source }: CompiledStatement, { layer }: Place): Formula {
  const place = source.index < 0 ? 'the document' : `Statement[${source.index}]`
  return gap(`${layer} policy ${nameOf(named)}: ${place} cannot be read${source.effect === 'Deny' ? ' (deny)' : ''}`)
}

function evidenceOf(named: NamedPolicy, { source }: CompiledStatement, when: Formula, place: Place): Evidence {
  return {
    layer: place.layer,
    effect: source.effect,
    policy: nameOf(named),
    statement: source.index,
    ...(source.sid !== undefined && { sid: source.sid }),
    ...(place.level !== undefined && { attachedTo: levelName(place.level) }),
    when,
  }
}

const kinds = { ROOT: 'root', OU: 'ou', ACCOUNT: 'account' } as const

/** Such as `ou Prod`. */
export const levelName = ({ type, name, id }: Level): string => `${kinds[type]} ${name ?? id}`

/** The ARN of a managed policy; organization policies, whose `arn` is an id that says nothing to a reader, by their name. */
export const nameOf = ({ name, arn }: NamedPolicy): string => (arn?.startsWith('arn:') === true ? arn : name)
