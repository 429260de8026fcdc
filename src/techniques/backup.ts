import type { Technique } from './technique.ts'

export const backup: readonly Technique[] = [
  {
    id: 'backup-901',
    name: 'Restore an instance with its profile',
    category: 'new-passrole',
    status: 'uncertain',
    severity: 'medium',
    grants: 'code-as',
    via: 'backup:StartRestoreJob',
    requires: [
      { action: 'backup:StartRestoreJob', on: 'backup:recoveryPoint' },
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['backup.amazonaws.com'] } },
    ],
    targetTrust: ['backup.amazonaws.com'],
    cloudTrail: ['StartRestoreJob'],
    mitre: ['T1578'],
    doubt: 'The backup role must be allowed to pass the role of the instance.',
    needsUnrecorded: 'backup:ListRecoveryPointsByBackupVault',
    binder: 'new-passrole',
  },
]
