import { all, always } from '#src/policy/formula.ts'
import { givenBy, notCollected } from '../binding/collected.ts'
import { existing, needsOf, placeOf } from '../binding/fill.ts'
import { rolesTrusting, trustFor } from '../binding/trust.ts'
import type { Binder } from '../technique.ts'

/**
 * Passing a role to one of the services that move data: each call with its own service. PassRole requirements speak of all of
 * them; the calls are alternatives.
 */
export const dataService: Binder = {
  *openings(technique, account, model) {
    const place = placeOf(account, model)
    const passing = technique.requires.filter(({ oneOf }) => oneOf === undefined)
    for (const call of technique.requires) {
      const [service, listed] = calls.get(call.action) ?? []
      if (call.oneOf === undefined || service === undefined) continue
      const exists = listed === undefined ? always : notCollected([account.id], listed)
      const given = all(givenBy(technique, account), exists)
      const requires = [...passing.map((one) => ({ ...one, context: { 'iam:PassedToService': [service] } })), call]
      for (const role of rolesTrusting(account, service)) {
        const needs = needsOf({ requires }, place, { 'target-role': [existing(role.arn, role.tags)] })
        if (needs !== undefined)
          yield { technique, to: role.arn, needs, given, trust: trustFor(service, role.arn, account) }
      }
    }
  },
}

/**
 * Who is passed the role in a call (Service Authorization Reference, `iam:PassRole` as a dependent action), and the response that would
 * list what the call needs besides, where no snapshot records it.
 */
const calls: ReadonlyMap<string, readonly [service: string, listed?: string]> = new Map([
  ['datasync:CreateLocationS3', ['datasync.amazonaws.com']],
  ['dms:CreateEndpoint', ['dms.amazonaws.com']],
  ['firehose:CreateDeliveryStream', ['firehose.amazonaws.com']],
  ['transfer:CreateUser', ['transfer.amazonaws.com', 'transfer:ListServers']],
  ['s3:CreateJob', ['batchoperations.s3.amazonaws.com']],
  ['s3:PutReplicationConfiguration', ['s3.amazonaws.com']],
  ['backup:StartRestoreJob', ['backup.amazonaws.com', 'backup:ListRecoveryPointsByBackupVault']],
  ['rds:StartExportTask', ['export.rds.amazonaws.com', 'rds:DescribeDBSnapshots']],
  ['dlm:CreateLifecyclePolicy', ['dlm.amazonaws.com']],
  ['comprehend:StartEntitiesDetectionJob', ['comprehend.amazonaws.com']],
  ['kendra:CreateDataSource', ['kendra.amazonaws.com', 'kendra:ListIndices']],
  ['appflow:CreateFlow', ['appflow.amazonaws.com']],
])
