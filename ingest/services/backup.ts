import type { Service } from '../service.ts'

/** Backup vaults: policy and key. */
export const backup: Service = {
  name: 'backup',
  scope: 'region',
  tells: 'who may read and delete backups',
  client: { name: 'BackupClient', load: () => import('@aws-sdk/client-backup') },
  calls: [
    {
      operation: 'ListBackupVaults',
      keep: 'BackupVaultList { BackupVaultName BackupVaultArn VaultType EncryptionKeyArn Locked }',
    },
    {
      operation: 'GetBackupVaultAccessPolicy',
      each: 'ListBackupVaults.BackupVaultList.BackupVaultName',
      as: ['BackupVaultName'],
      keep: 'BackupVaultName BackupVaultArn Policy',
      none: ['ResourceNotFoundException'],
    },
  ],
  operations: [],
}
