import type { NodeName, TextParts } from '#src/answers/answer.ts'
import type { DecisionAnswer } from '#src/answers/decision.ts'
import type { EvaluationsAnswer } from '#src/answers/evaluations.ts'
import type { ImportAnswer } from '#src/answers/import.ts'
import type { LinesAnswer } from '#src/answers/lines.ts'
import type { PathsAnswer } from '#src/answers/paths.ts'
import type { ReachAnswer } from '#src/answers/reach.ts'
import type { RowsAnswer } from '#src/answers/rows.ts'

/** Answers as a person would get them, all names invented: one for each shape. */
export const snapshot = { id: '3f2a9c81', capturedAt: '2026-01-15T00:00:00+00:00', organizationId: 'o-a1b2c3d4e5' }

const node = (kind: NodeName['kind'], short: string, account: string, accountName: string): NodeName => ({
  kind,
  short,
  account,
  accountName,
})

export const arns = {
  ci: 'arn:aws:iam::111122223333:user/ci',
  runner: 'arn:aws:iam::222233334444:role/runner',
  release: 'arn:aws:iam::333344445555:role/deploy/release',
  admin: 'admin:333344445555',
  ledger: 'arn:aws:s3:::ledger',
  stripe: 'arn:aws:secretsmanager:eu-west-1:222233334444:secret:billing/stripe-a1b2c3',
} as const

export const text: TextParts = {
  nodes: {
    [arns.ci]: node('user', 'user/ci', '111122223333', 'dev'),
    [arns.runner]: node('role', 'role/runner', '222233334444', 'tools'),
    [arns.release]: node('role', 'role/deploy/release', '333344445555', 'prod'),
    [arns.admin]: node('admin', 'admin of prod', '333344445555', 'prod'),
    [arns.ledger]: node('resource', 'bucket ledger', '222233334444', 'tools'),
    [arns.stripe]: node('resource', 'secret billing/stripe', '222233334444', 'tools'),
    'arn:aws:iam::333344445555:root': node('account', 'account prod', '333344445555', 'prod'),
  },
  techniques: {
    'sts-001': {
      id: 'sts-001',
      name: 'Assume a role',
      severity: 'high',
      cloudTrail: ['AssumeRole'],
      mitre: ['T1078.004'],
    },
    'iam-009': {
      id: 'iam-009',
      name: 'Attach a policy to an own role',
      severity: 'critical',
      cloudTrail: ['AttachRolePolicy'],
      mitre: ['T1098.003'],
    },
  },
  hints: [{ text: 'shows more paths', command: '--max 10' }],
  notes: [],
}

export const anybody = node('anonymous', 'anybody, unsigned', '', '')

const externalId = { key: 'sts:ExternalId', operator: 'StringEquals', values: ['s3cr3t'] }

export const paths: PathsAnswer = {
  shape: 'paths',
  kind: 'trustwalk.paths',
  version: 1,
  snapshot,
  text,
  results: [
    {
      from: arns.ci,
      to: arns.admin,
      verdict: 'conditional',
      hasMore: false,
      paths: [
        {
          id: '0011223344556677',
          verdict: 'conditional',
          hops: [
            {
              from: arns.ci,
              to: arns.runner,
              technique: 'sts-001',
              alsoTechniques: [],
              via: 'sts:AssumeRole',
              verdict: 'certain',
              residual: { all: [] },
              conditions: [],
              choices: { 'sts:RoleSessionName': 'ci' },
              evidence: [
                { layer: 'trust', effect: 'Allow', policy: 'role/runner', statement: 0 },
                { layer: 'identity', effect: 'Allow', policy: 'inline policy hop', statement: 0, sid: 'Hop' },
              ],
            },
            {
              from: arns.runner,
              to: arns.release,
              technique: 'sts-001',
              alsoTechniques: [],
              via: 'sts:AssumeRole',
              verdict: 'conditional',
              residual: externalId,
              conditions: [externalId],
              evidence: [
                {
                  layer: 'trust',
                  effect: 'Allow',
                  policy: 'role/deploy/release',
                  statement: 1,
                  conditions: [externalId],
                },
              ],
            },
            {
              from: arns.release,
              to: arns.admin,
              technique: 'iam-009',
              alsoTechniques: ['iam-005'],
              via: 'iam:AttachRolePolicy',
              verdict: 'certain',
              residual: { all: [] },
              conditions: [],
              evidence: [
                {
                  layer: 'identity',
                  effect: 'Allow',
                  policy: 'arn:aws:iam::333344445555:policy/ReleaseBot',
                  statement: 2,
                },
              ],
            },
          ],
        },
      ],
    },
  ],
}

export const noPath: PathsAnswer = {
  ...paths,
  results: [
    {
      from: arns.ci,
      to: arns.admin,
      verdict: 'no',
      hasMore: false,
      paths: [],
      blockedBy: [
        {
          layer: 'scp',
          policy: 'GuardLedger',
          statement: 1,
          attachedTo: 'ou Tools',
          hop: { from: arns.ci, to: arns.runner, via: 'sts:AssumeRole' },
        },
      ],
    },
  ],
}

export const reach: ReachAnswer = {
  shape: 'reach',
  kind: 'trustwalk.blast-radius',
  version: 1,
  snapshot,
  text,
  subject: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    owner: arns.ci,
    status: 'Active',
    createdAt: '2024-11-29T00:00:00+00:00',
    lastUsed: { at: '2026-01-13T00:00:00+00:00', service: 's3', region: 'eu-west-1' },
  },
  principals: [
    {
      arn: arns.runner,
      kind: 'role',
      verdict: 'certain',
      hops: 1,
      through: arns.ci,
      via: 'sts:AssumeRole',
      technique: 'sts-001',
      conditions: [],
    },
    {
      arn: arns.release,
      kind: 'role',
      verdict: 'conditional',
      hops: 2,
      through: arns.runner,
      via: 'sts:AssumeRole',
      technique: 'sts-001',
      conditions: [externalId],
    },
  ],
  resources: [
    {
      arn: arns.ledger,
      access: ['read', 'write'],
      verdict: 'certain',
      hops: 2,
      through: arns.runner,
      via: 's3:GetObject',
      conditions: [],
    },
    {
      arn: arns.stripe,
      access: ['read'],
      verdict: 'certain',
      hops: 2,
      through: arns.runner,
      via: 'secretsmanager:GetSecretValue',
      conditions: [],
    },
  ],
  accounts: [
    { id: '222233334444', verdict: 'certain', admin: false, adminVerdict: 'no' },
    { id: '333344445555', verdict: 'conditional', admin: true, adminVerdict: 'conditional' },
  ],
  containment: [
    {
      order: 1,
      action: 'deactivate the key',
      command: 'aws iam update-access-key --user-name ci --access-key-id AKIAIOSFODNN7EXAMPLE --status Inactive',
      why: 'ends nothing that already runs: role sessions live up to 12 h',
      removes: { principals: 0, resources: 0, accounts: 0 },
    },
    {
      order: 2,
      action: 'close the trust of role/deploy/release',
      why: 'nothing else leads to prod',
      removes: { principals: 1, resources: 0, accounts: 1 },
    },
  ],
  gaps: [],
}

export const decision: DecisionAnswer = {
  shape: 'decision',
  kind: 'trustwalk.can',
  version: 1,
  snapshot,
  text: { ...text, hints: [] },
  principal: arns.runner,
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::ledger/x.csv',
  verdict: 'no',
  blockedBy: ['scp'],
  residual: { any: [] },
  conditions: [],
  parts: [
    {
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::ledger/x.csv',
      decision: 'ExplicitlyDenied',
      blockedBy: ['scp'],
      evidence: [{ layer: 'scp', effect: 'Deny', policy: 'GuardLedger', statement: 1, attachedTo: 'ou Tools' }],
      layers: [
        {
          layer: 'scp',
          says: 'denies',
          because: [{ layer: 'scp', effect: 'Deny', policy: 'GuardLedger', statement: 1, attachedTo: 'ou Tools' }],
        },
        {
          layer: 'rcp',
          says: 'allows',
          because: [{ layer: 'rcp', effect: 'Allow', policy: 'RCPFullAWSAccess', statement: 0 }],
        },
        {
          layer: 'identity',
          says: 'allows',
          because: [{ layer: 'identity', effect: 'Allow', policy: 'inline policy read', statement: 0 }],
        },
        { layer: 'boundary', says: 'none', because: [] },
        {
          layer: 'kms-key-policy',
          says: 'not asked',
          because: [],
          note: 'the bucket is not encrypted with a key of its own',
        },
      ],
    },
  ],
}

export const rows: RowsAnswer = {
  shape: 'rows',
  kind: 'trustwalk.external',
  version: 1,
  snapshot,
  text: { ...text, hints: [] },
  entries: [
    {
      to: arns.runner,
      from: 'arn:aws:iam::999988887777:root',
      kind: 'account',
      verdict: 'conditional',
      residual: { not: externalId },
    },
    { to: arns.ledger, from: '*', kind: 'anonymous', verdict: 'certain', residual: { all: [] } },
  ],
  gaps: [
    {
      account: '111122223333',
      region: 'us-east-1',
      service: 'ecr',
      operation: 'DescribeRepositories',
      code: 'AccessDeniedException',
    },
  ],
  table: {
    headline: '2 ways in from outside the organization',
    empty: 'nothing lets anybody in',
    columns: [
      { key: 'from', title: 'from', as: 'node' },
      { key: 'to', title: 'to', as: 'node' },
      { key: 'kind', title: 'kind', as: 'text' },
      { key: 'verdict', title: 'verdict', as: 'verdict' },
      { key: 'residual', title: 'only if', as: 'residual' },
    ],
  },
}

export const lines: LinesAnswer = {
  shape: 'lines',
  kind: 'trustwalk.paths',
  version: 1,
  snapshot,
  text: { ...text, hints: [] },
  of: 'pairs',
  lines: [
    {
      from: arns.ci,
      to: arns.admin,
      verdict: 'conditional',
      length: 3,
      hops: [arns.runner, arns.release, arns.admin],
      conditions: [externalId],
    },
    {
      from: 'arn:aws:iam::111122223333:user/gone',
      to: arns.admin,
      verdict: 'unknown',
      length: null,
      hops: [],
      conditions: [],
      error: 'the snapshot has no such node',
    },
  ],
}

export const evaluations: EvaluationsAnswer = {
  shape: 'evaluations',
  kind: 'trustwalk.evaluate',
  version: 1,
  entries: [
    { id: 'allowed', decision: 'Allowed', blockedBy: [], residual: [], bounds: { best: 'Allowed', worst: 'Allowed' } },
    {
      id: 'denied',
      decision: 'ExplicitlyDenied',
      blockedBy: ['scp', 'identity'],
      residual: [],
      bounds: { best: 'ExplicitlyDenied', worst: 'ExplicitlyDenied' },
    },
    {
      id: 'depends',
      decision: 'Conditional',
      blockedBy: [],
      residual: [
        { effect: 'Deny', layer: 'boundary', operator: 'NotIpAddress', key: 'aws:SourceIp', values: ['10.0.0.0/8'] },
      ],
      bounds: { best: 'Allowed', worst: 'ExplicitlyDenied' },
    },
    { id: 'broken', error: 'request.action: expected text, got 7' },
  ],
}

export const imported: ImportAnswer = {
  shape: 'import',
  kind: 'trustwalk.import',
  version: 1,
  snapshot,
  text: { ...text, hints: [{ text: 'what lets outsiders in', command: 'trustwalk external' }], notes: [] },
  accounts: 8,
  collectedAccounts: 7,
  users: 120,
  groups: 9,
  roles: 1400,
  resources: 77,
  nodes: 1710,
  hops: 23456,
  files: 41,
  bytes: 1_900_000,
  wasKnown: false,
  gaps: [],
  problems: [],
}
