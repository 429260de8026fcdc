import type { Binder } from '../technique.ts'
import { ecsCluster } from './ecs-cluster.ts'
import { functionBinder } from './function.ts'
import { instance } from './instance.ts'
import { instanceProfile } from './instance-profile.ts'
import { managedInstance } from './managed-instance.ts'
import { newAdministrator } from './new-administrator.ts'
import { newPassrole } from './new-passrole.ts'
import { none } from './none.ts'
import { ownIdentity, ownPolicy, ownVersion } from './own.ts'
import { strengthen } from './strengthen.ts'
import { targetRole } from './target-role.ts'
import { targetUser } from './target-user.ts'
import { task } from './task.ts'

/** By the name that a technique gives under `binder`. */
export const binders: Readonly<Record<string, Binder>> = {
  access: none,
  'assume-role': none,
  'cluster-admin': none,
  'container-host': none,
  'dangling-provider': none,
  'ecs-cluster': ecsCluster,
  function: functionBinder,
  'identity-center': none,
  instance,
  'instance-profile': instanceProfile,
  join: none,
  'lift-boundary': none,
  'lift-deny': none,
  'make-admin': none,
  'managed-instance': managedInstance,
  mfa: none,
  'new-administrator': newAdministrator,
  'new-passrole': newPassrole,
  none,
  'own-identity': ownIdentity,
  'own-policy': ownPolicy,
  'own-version': ownVersion,
  'pod-identity': none,
  'pod-roles': none,
  provider: none,
  rename: none,
  'retrust-and-pass': none,
  'rogue-provider': none,
  rolesanywhere: none,
  strengthen,
  'strengthen-compute': none,
  'swap-profile': none,
  tags: none,
  'target-role': targetRole,
  'target-user': targetUser,
  task,
}
