/**
 * Calls that pass tags, for the services whose calls are known one by one (Service Authorization Reference, condition key
 * `aws:RequestTag/…` on the action). A request of any other call of these services has no tags.
 */
const calls: Readonly<Record<string, RegExp>> = {
  dynamodb: /^(create|tag|untag|restore|import)/,
  'ec2-instance-connect': /^$/,
  iam: /^(create(instanceprofile|openidconnectprovider|policy|role|samlprovider|user|virtualmfadevice)$|tag|untag|upload)/,
  kms: /^(createkey|replicatekey|tag|untag)/,
  lambda: /^(create|tag|untag|publish)/,
  s3: /^(create|tag|untag|put(job|storagelens))/,
  scheduler: /^(create|tag|untag)/,
  secretsmanager: /^(create|tag|untag)/,
  sns: /^(create|tag|untag)/,
  sqs: /^(create|tag|untag)/,
  ssm: /^(addtags|create|putparameter|register|removetags|start(access|automation|change))/,
  sts: /^(assumerole|getfederationtoken|getwebidentitytoken|tag)/,
}

/** Whether a request may carry `aws:RequestTag` and `aws:TagKeys`; calls of services that are not known may. */
export function mayPassTags(action: string): boolean {
  const [service = '', name = ''] = action.toLowerCase().split(':')
  return !Object.hasOwn(calls, service) || calls[service]!.test(name)
}
