import type { Fact } from '#src/model/facts.ts'
import { gapIn, type Service } from '../service.ts'

/** Functions: role, policy, URLs. */
export const lambda: Service = {
  name: 'lambda',
  scope: 'region',
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
