import type { FactBins } from './fact-bins.ts'
import type { Compute, Gap, InstanceProfile } from './model.ts'

/** What runs with a role, bound to it exactly. `identitiesGap`: the account's instance profiles were not collected. */
export function buildCompute(
  facts: FactBins,
  account: string,
  profiles: ReadonlyMap<string, InstanceProfile>,
  identitiesGap: Gap | undefined,
): Compute[] {
  const online = new Map<string, boolean>()
  const unknownRegions = new Set<string>()
  for (const { region, id, isOnline } of facts.of('managed-instance')) {
    if (id === undefined) unknownRegions.add(region)
    else online.set(`${region} ${id}`, isOnline === true)
  }
  return [
    ...facts.of('function').map((fact): Compute => ({ ...fact, account })),
    ...facts.of('instance').map((fact): Compute => {
      const { id, instanceProfile, gap: profileGap, ...rest } = fact
      const gap = profileGap ?? (instanceProfile === undefined ? undefined : identitiesGap)
      return {
        ...rest,
        account,
        ...(instanceProfile !== undefined && { instanceProfile }),
        role: instanceProfile === undefined ? undefined : profiles.get(instanceProfile)?.roles[0],
        isManaged: unknownRegions.has(fact.region) ? undefined : (online.get(`${fact.region} ${id}`) ?? false),
        ...(gap !== undefined && { gap }),
      }
    }),
    ...nodesOf(facts, account),
    ...facts.of('task').map((fact): Compute => ({ ...fact, account })),
  ]
}

/** Systems Manager User Guide, "Create the IAM service role for hybrid nodes": their ids begin with `mi-`. */
function* nodesOf(facts: FactBins, account: string): Generator<Compute> {
  const roles = new Map(facts.of('role').map(({ name, arn }) => [name, arn]))
  for (const { region, id, isOnline, role: name } of facts.of('managed-instance')) {
    if (id?.startsWith('mi-') !== true || isOnline !== true || name === undefined) continue
    const role = roles.get(name.slice(name.lastIndexOf('/') + 1))
    if (role === undefined) continue
    const [, partition] = role.split(':')
    const arn = `arn:${partition}:ssm:${region}:${account}:managed-instance/${id}`
    yield { kind: 'node', arn, account, region, tags: undefined, role }
  }
}
