import { detailsName } from '#src/snapshot/layout.ts'
import { inParallel } from '../aws/limit.ts'
import type { Session } from '../aws/session.ts'
import { detailsOperation } from '../read.ts'
import type { Service } from '../service.ts'
import type { Answers } from './arguments.ts'
import { askService, type Told } from './ask-service.ts'
import { type LedgerEntry, sorted } from './ledger.ts'
import { isEmptyAnswer } from './select.ts'

/** Services and regions of one account that are asked together. */
const atOnce = 8

export interface AccountWalk {
  readonly account: string
  readonly session: Session
  readonly services: readonly Service[]
  readonly regions: readonly string[]
  /** Region that services without one are called in. */
  readonly home: string
  readonly isManagement: boolean
  /** Whether Identity Center is asked here. */
  readonly hasPeople: boolean
  readonly wantsAll: boolean
  /** Known before anything was asked. */
  readonly errors: readonly LedgerEntry[]
  write(path: string, text: string): Promise<void>
}

interface Place {
  readonly service: Service
  readonly region: string | undefined
}

/** Asks everything of one account and writes its files; what failed goes to its `errors.json`. */
export async function walkAccount(walk: AccountWalk): Promise<readonly LedgerEntry[]> {
  const { account, session, home, isManagement, wantsAll } = walk
  const errors = [...walk.errors]
  const told = new Map<string, Promise<Told>>()
  const ask = ({ service, region }: Place): Promise<Told> => {
    const key = `${service.name}/${region ?? ''}`
    const known = told.get(key)
    if (known !== undefined) return known
    const otherAnswers = async (name: string): Promise<Answers> => {
      const other = walk.services.find((candidate) => candidate.name === name)
      return other === undefined ? {} : (await ask({ service: other, region })).answers
    }
    const asked = askService(service, { session, account, region, home, isManagement, wantsAll, otherAnswers })
    told.set(key, asked)
    return asked
  }
  const needed = new Set(walk.services.flatMap(servicesNeededBy))
  await inParallel(placesOf(walk), atOnce, async (place) => {
    const { answers, errors: failed } = await ask(place)
    const { service, region } = place
    errors.push(...failed)
    await writeAnswers(walk, place, answers)
    // Answers of a large account are many; only what others ask for is held.
    if (!needed.has(service.name))
      told.set(`${service.name}/${region ?? ''}`, Promise.resolve({ answers: {}, errors: [] }))
    session.release(service, region)
  })
  const ledger = sorted(errors)
  if (ledger.length > 0) await walk.write('errors.json', JSON.stringify({ Errors: ledger }))
  return ledger
}

function* placesOf({ services, regions, hasPeople }: AccountWalk): Iterable<Place> {
  for (const service of services) {
    if (service.isOrganizationWide === true && !hasPeople) continue
    if (service.scope === 'account') yield { service, region: undefined }
    else for (const region of regions) yield { service, region }
  }
}

/** Services whose answers hold arguments for this one. */
const servicesNeededBy = ({ calls }: Service): readonly string[] =>
  calls
    .flatMap(({ each }) => each ?? [])
    .filter((path) => path.includes('/'))
    .map((path) => path.slice(0, path.indexOf('/')))

/** Where nothing was answered but empty lists, there is no file: what was asked for and is not there was empty. */
async function writeAnswers({ write }: AccountWalk, { service, region }: Place, answers: Answers): Promise<void> {
  const { [detailsOperation]: details, ...others } = answers
  if (service.name === 'iam' && details !== undefined) await write(detailsName, JSON.stringify(details))
  if (isEmptyAnswer(others)) return
  await write(region === undefined ? `${service.name}.json` : `${region}/${service.name}.json`, JSON.stringify(others))
}
