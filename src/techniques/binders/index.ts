import type { Binder } from '../technique.ts'
import { join, liftBoundary, liftDeny, makeAdmin, mfa, rename } from './changes.ts'
import { clusterAdmin, nodeRoles, podRoles } from './clusters.ts'
import { retrustAndPass, strengthenCompute } from './compose.ts'
import { containerHost, hostTasks } from './container-host.ts'
import { dataService } from './data-service.ts'
import { ecsCluster } from './ecs-cluster.ts'
import { functionBinder } from './function.ts'
import { identityCenter } from './identity-center.ts'
import { instance } from './instance.ts'
import { instanceProfile } from './instance-profile.ts'
import { managedInstance } from './managed-instance.ts'
import { newAdministrator } from './new-administrator.ts'
import { newPassrole } from './new-passrole.ts'
import { ownIdentity, ownPolicy, ownVersion } from './own.ts'
import { podIdentity } from './pod-identity.ts'
import { danglingProvider, provider, rogueProvider } from './providers.ts'
import { rolesAnywhere, trustAnchor } from './rolesanywhere.ts'
import { strengthen } from './strengthen.ts'
import { swapProfile } from './swap-profile.ts'
import { tags } from './tags.ts'
import { targetRole } from './target-role.ts'
import { targetUser } from './target-user.ts'
import { task } from './task.ts'

/** The technique gives no hop, or somebody else draws it: role assumption and access to resources are the graph builder's own. */
const none: Binder = {}

/** By the name that a technique gives under `binder`. */
export const binders: Readonly<Record<string, Binder>> = {
  access: none,
  'assume-role': none,
  'cluster-admin': clusterAdmin,
  'container-host': containerHost,
  'dangling-provider': danglingProvider,
  'data-service': dataService,
  'ecs-cluster': ecsCluster,
  function: functionBinder,
  'host-tasks': hostTasks,
  'identity-center': identityCenter,
  instance,
  'instance-profile': instanceProfile,
  join,
  'lift-boundary': liftBoundary,
  'lift-deny': liftDeny,
  'make-admin': makeAdmin,
  'managed-instance': managedInstance,
  mfa,
  'new-administrator': newAdministrator,
  'new-passrole': newPassrole,
  'node-roles': nodeRoles,
  none,
  'own-identity': ownIdentity,
  'own-policy': ownPolicy,
  'own-version': ownVersion,
  'pod-identity': podIdentity,
  'pod-roles': podRoles,
  provider,
  rename,
  'retrust-and-pass': retrustAndPass,
  'rogue-provider': rogueProvider,
  rolesanywhere: rolesAnywhere,
  strengthen,
  'strengthen-compute': strengthenCompute,
  'swap-profile': swapProfile,
  tags,
  'target-role': targetRole,
  'target-user': targetUser,
  task,
  'trust-anchor': trustAnchor,
}
