import { givenBy } from '../binding/collected.ts'
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
    const given = givenBy(technique, account)
    const passing = technique.requires.filter(({ oneOf }) => oneOf === undefined)
    for (const call of technique.requires) {
      const service = services.get(call.action)
      if (call.oneOf === undefined || service === undefined) continue
      const requires = [...passing.map((one) => ({ ...one, context: { 'iam:PassedToService': [service] } })), call]
      for (const role of rolesTrusting(account, service)) {
        const needs = needsOf({ requires }, place, { 'target-role': [existing(role.arn, role.tags)] })
        if (needs !== undefined)
          yield { technique, to: role.arn, needs, given, trust: trustFor(service, role.arn, account) }
      }
    }
  },
}

/** Who is passed the role in a call (Service Authorization Reference, `iam:PassRole` as a dependent action). */
const services: ReadonlyMap<string, string> = new Map([
  ['datasync:CreateLocationS3', 'datasync.amazonaws.com'],
  ['dms:CreateEndpoint', 'dms.amazonaws.com'],
  ['firehose:CreateDeliveryStream', 'firehose.amazonaws.com'],
  ['transfer:CreateUser', 'transfer.amazonaws.com'],
  ['s3:CreateJob', 'batchoperations.s3.amazonaws.com'],
  ['s3:PutReplicationConfiguration', 's3.amazonaws.com'],
  ['backup:StartRestoreJob', 'backup.amazonaws.com'],
  ['rds:StartExportTask', 'export.rds.amazonaws.com'],
  ['dlm:CreateLifecyclePolicy', 'dlm.amazonaws.com'],
  ['comprehend:StartEntitiesDetectionJob', 'comprehend.amazonaws.com'],
  ['kendra:CreateDataSource', 'kendra.amazonaws.com'],
  ['appflow:CreateFlow', 'appflow.amazonaws.com'],
])
