import { techniques } from '#src/techniques/index.ts'

/** What people and logs call a technique. */
interface Name {
  readonly id: string
  readonly name: string
  readonly severity: string
  readonly cloudTrail: readonly string[]
  readonly mitre: readonly string[]
}

/** Hops that no catalogue lists (design §3). */
const uncatalogued: readonly Name[] = [
  {
    id: 'sso-assignment',
    name: 'Assigned in Identity Center',
    severity: 'info',
    cloudTrail: ['GetRoleCredentials', 'Federate'],
    mitre: ['T1078.004'],
  },
  {
    id: 'admin',
    name: 'May write any IAM policy of the account',
    severity: 'critical',
    cloudTrail: ['AttachRolePolicy', 'PutRolePolicy', 'UpdateAssumeRolePolicy', 'CreateAccessKey'],
    mitre: ['T1098.003'],
  },
  { id: 'service', name: 'Run by an AWS service', severity: 'info', cloudTrail: ['AssumeRole'], mitre: [] },
]

const known: ReadonlyMap<string, Name> = new Map([...uncatalogued, ...techniques].map((one) => [one.id, one]))

/** A technique's names by its id; of an id that this version does not have, the id. */
export function techniqueNamed(id: string): Name {
  const found = known.get(id)
  if (found === undefined) return { id, name: id, severity: 'unknown', cloudTrail: [], mitre: [] }
  const { name, severity, cloudTrail, mitre } = found
  return { id, name, severity, cloudTrail, mitre }
}
