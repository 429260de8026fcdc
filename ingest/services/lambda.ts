import type { Fact } from '#src/model/facts.ts'
import { gapIn, type Service } from '../service.ts'

const functions = 'ListFunctions.Functions.FunctionName'
/** Deleted since it was listed, or never there. */
const gone = ['ResourceNotFoundException']

/** Functions: role, policy, URLs. */
export const lambda: Service = {
  name: 'lambda',
  scope: 'region',
  tells: 'which roles functions run with, and who may call them',
  client: { name: 'LambdaClient', load: () => import('@aws-sdk/client-lambda') },
  calls: [
    {
      operation: 'ListFunctions',
      keep: 'Functions { FunctionName FunctionArn Role KMSKeyArn Runtime PackageType State Layers { Arn } }',
    },
    { operation: 'GetPolicy', each: functions, as: ['FunctionName'], keep: 'Policy', none: gone },
    {
      operation: 'ListFunctionUrlConfigs',
      each: functions,
      as: ['FunctionName'],
      keep: 'FunctionUrlConfigs { FunctionUrl FunctionArn AuthType InvokeMode }',
      none: gone,
    },
    {
      operation: 'ListAliases',
      each: functions,
      as: ['FunctionName'],
      keep: 'Aliases { AliasArn Name FunctionVersion }',
      none: gone,
    },
    {
      operation: 'ListLayers',
      keep: 'Layers { LayerName LayerArn LatestMatchingVersion { LayerVersionArn Version } }',
    },
    {
      operation: 'ListLayerVersions',
      each: 'ListLayers.Layers.LayerName',
      as: ['LayerName'],
      keep: 'LayerVersions { LayerVersionArn Version CreatedDate }',
    },
    {
      operation: 'GetLayerVersionPolicy',
      each: 'ListLayerVersions.*.LayerVersions.Version',
      as: ['LayerName', 'VersionNumber'],
      keep: 'Policy',
      none: gone,
    },
    {
      operation: 'ListEventSourceMappings',
      keep: 'EventSourceMappings { UUID EventSourceArn FunctionArn State }',
    },
  ],
  operations: ['ListFunctions', 'GetPolicy', 'ListFunctionUrlConfigs'],
  *read(recorded, { region, coverage }): Iterable<Fact> {
    const policies = recorded.get('GetPolicy')
    const urls = recorded.get('ListFunctionUrlConfigs')
    for (const listed of recorded.get('ListFunctions').get('Functions').items()) {
      const arn = listed.get('FunctionArn').arn()
      const functionName = listed.get('FunctionName').requiredText()
      if (arn === undefined || functionName === undefined) continue
      const policy = policies.get(functionName).get('Policy')
      const policyGap = gapIn(recorded, 'GetPolicy', functionName, coverage)
      const kmsKey = listed.get('KMSKeyArn').text()
      const hasPublicUrl = urls
        .get(functionName)
        .get('FunctionUrlConfigs')
        .items()
        .some((url) => url.get('AuthType').text() === 'NONE')
      yield { kind: 'function', arn, region, functionName, tags: undefined, role: listed.get('Role').arn() }
      yield {
        kind: 'resource',
        type: 'lambda:function',
        arn,
        name: functionName,
        region,
        tags: undefined,
        ...(policy.exists && { policy: policy.raw }),
        ...(policyGap && { policyGap }),
        ...(kmsKey && { kmsKey }),
        hasPublicUrl,
      }
    }
  },
}
