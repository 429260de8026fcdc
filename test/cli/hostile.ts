/** Names as somebody would choose them who wants to be overlooked, or to act on whoever reads the answer. */
export const hostile = {
  escape: '\u001b]0;owned\u0007\u001b[2J\u001b[31m',
  override: '\u202egnp.\u2066',
  lines: 'a\r\nerror: all is well\u2028\u2029\u0085',
  shell: "$(touch owned)`touch owned`'; touch owned; '",
  prototype: '__proto__',
} as const

const account = '111122223333'

const arn = (kind: string, name: string) => `arn:aws:iam::${account}:${kind}/${name}`

const allow = (action: string, resource: string) => ({
  Version: '2012-10-17',
  Statement: [{ Sid: hostile.escape, Effect: 'Allow', Action: action, Resource: resource }],
})

/** Authorization details of one account in which every name is hostile: each user may assume each role, which is administrator. */
export function hostileDetails(): unknown {
  const names = Object.values(hostile)
  return {
    UserDetailList: names.map((name, index) => ({
      Path: '/',
      UserName: name,
      UserId: `AIDA${index}`,
      Arn: arn('user', name),
      CreateDate: '2026-01-01T00:00:00+00:00',
      UserPolicyList: [{ PolicyName: name, PolicyDocument: allow('sts:AssumeRole', '*') }],
      GroupList: [],
      AttachedManagedPolicies: [],
      Tags: [{ Key: name, Value: name }],
    })),
    GroupDetailList: [],
    RoleDetailList: names.map((name, index) => ({
      Path: '/',
      RoleName: name,
      RoleId: `AROA${index}`,
      Arn: arn('role', name),
      CreateDate: '2026-01-01T00:00:00+00:00',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${account}:root` },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'sts:ExternalId': name } },
          },
        ],
      },
      InstanceProfileList: [],
      RolePolicyList: [{ PolicyName: name, PolicyDocument: allow('*', '*') }],
      AttachedManagedPolicies: [],
      Tags: [],
    })),
    Policies: [],
  }
}
