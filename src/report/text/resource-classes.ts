/** What a resource is, by the service in its ARN: the word for one and for many. */
const classes: Readonly<Record<string, readonly [one: string, many: string]>> = {
  s3: ['bucket', 'buckets'],
  kms: ['key', 'keys'],
  sqs: ['queue', 'queues'],
  sns: ['topic', 'topics'],
  secretsmanager: ['secret', 'secrets'],
  lambda: ['function', 'functions'],
  ecr: ['repository', 'repositories'],
  eks: ['cluster', 'clusters'],
}

export function resourceClass(arn: string): { readonly one: string; readonly many: string } {
  const service = arn.split(':', 3)[2] ?? ''
  const [one, many] = Object.hasOwn(classes, service) ? classes[service]! : ['resource', 'resources']
  return { one: one!, many: many! }
}

const kinds = new RegExp(
  `^(?:${Object.values(classes)
    .map(([one]) => one)
    .join('|')}) `,
)

/** `ledger` of `bucket ledger`: in a list of things that one action is about, the kind says nothing. */
export function withoutKind(name: string): string {
  return name.replace(kinds, '')
}
