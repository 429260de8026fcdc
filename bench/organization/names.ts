import { hexadecimal, idAlphabet, type Random, readable } from './random.ts'

const subjects =
  'billing catalog checkout data fraud growth identity insights inventory ledger loyalty media orders payments platform pricing risk search shipping support'.split(
    ' ',
  )
const tasks =
  'api archiver backfill batch cleanup enricher export gateway indexer ingest loader notifier replicator reporter resolver scheduler stream sync webhook worker'.split(
    ' ',
  )
const firstNames =
  'ana ben chidi dana elif femi gita hugo ines jun kofi lena mei noor omar pia quinn rosa sven tara uma vik wen yara zoe'.split(
    ' ',
  )
const lastNames =
  'abe brandt costa diaz eriksen fischer garcia haddad ito jansen kaur moreau novak okafor rossi silva tanaka weber'.split(
    ' ',
  )
export const companies = 'acme globex initech umbra hooli vandelay stark wayne tyrell soylent cyberdyne wonka'.split(
  ' ',
)
export const teams = [...subjects]
export const stages = ['dev', 'test', 'prod']

export const workload = (random: Random) => `${random.pick(subjects)}-${random.pick(tasks)}`
export const subject = (random: Random) => random.pick(subjects)
export const person = (random: Random) => `${random.pick(firstNames)}.${random.pick(lastNames)}`
export const token = (random: Random, length = 5) => random.text(readable, length)
export const uniqueId = (prefix: string, random: Random) => prefix + random.text(idAlphabet, 17)
/** AWS marks made-up access keys by this ending. */
export const accessKeyId = (random: Random) => `AKIA${random.text(idAlphabet, 9)}EXAMPLE`
export const uuid = (random: Random) => [8, 4, 4, 4, 12].map((length) => random.text(hexadecimal, length)).join('-')

/** Some moment between 2019 and the end of 2025. */
export function moment(random: Random): string {
  const from = Date.UTC(2019, 0, 1)
  const to = Date.UTC(2025, 11, 28)
  return new Date(from + random.below((to - from) / 1000) * 1000).toISOString().replace('.000Z', '+00:00')
}
