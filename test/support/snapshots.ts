import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A directory of its own for a test, removed when the test is over. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'trustwalk-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Writes files into a directory: text and bytes as they are, anything else as JSON. */
export function writeFiles(directory: string, files: Readonly<Record<string, unknown>>): string {
  for (const [path, content] of Object.entries(files)) {
    const target = join(directory, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content))
  }
  return directory
}

export const account = '111122223333'

/** What one statement allows. */
export const allow = (action: unknown, resource: unknown = '*') => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
})

export const trust = (principal: unknown = { AWS: account }) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
})

/** A role as the authorization details hold it. */
export const role = (name: string, more: object = {}, id = account) => ({
  Path: '/',
  RoleName: name,
  RoleId: `AROA${name.toUpperCase()}`,
  Arn: `arn:aws:iam::${id}:role/${name}`,
  AssumeRolePolicyDocument: trust(),
  InstanceProfileList: [],
  RolePolicyList: [],
  AttachedManagedPolicies: [],
  Tags: [],
  ...more,
})

export const user = (name: string, more: object = {}, id = account) => ({
  Path: '/',
  UserName: name,
  UserId: `AIDA${name.toUpperCase()}`,
  Arn: `arn:aws:iam::${id}:user/${name}`,
  UserPolicyList: [],
  GroupList: [],
  AttachedManagedPolicies: [],
  Tags: [],
  ...more,
})

/** Authorization details of one account. */
export const details = (lists: {
  readonly users?: readonly unknown[]
  readonly groups?: readonly unknown[]
  readonly roles?: readonly unknown[]
  readonly policies?: readonly unknown[]
}) => ({
  UserDetailList: lists.users ?? [],
  GroupDetailList: lists.groups ?? [],
  RoleDetailList: lists.roles ?? [],
  Policies: lists.policies ?? [],
})

/** Where the details of an account lie in a snapshot. */
export const detailsPath = (id = account) => `accounts/${id}/account-authorization-details.json`
