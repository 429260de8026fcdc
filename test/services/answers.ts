import { type Answer, type Answering, failure, json, xml } from './front.ts'
import { externalId, type Planted, region } from './plant.ts'
import type { AwsRequest } from './requests.ts'

type Request = AwsRequest & { readonly account: string }

/** Bodies as AWS sends them, for what the emulator does not have. */
export function answersFor({ prod }: Planted): Answering {
  const role = `arn:aws:iam::${prod}:role/task`
  const cluster = `arn:aws:eks:${region}:${prod}:cluster/planted`
  const analyzer = `arn:aws:access-analyzer:${region}:${prod}:analyzer/planted`
  const inProd = (request: Request, there: object, elsewhere: object) =>
    json(200, request.account === prod ? there : elsewhere)
  let jobs = 0
  const answers: Readonly<Record<string, (request: Request) => Answer>> = {
    'organizations:DescribeResourcePolicy': (request) => failure(request, 'ResourcePolicyNotFoundException'),
    'accessanalyzer:ListAnalyzers': (request) =>
      inProd(
        request,
        {
          analyzers: [
            { arn: analyzer, name: 'planted', type: 'ACCOUNT', status: 'ACTIVE', createdAt: '2026-01-01T00:00:00Z' },
          ],
        },
        { analyzers: [] },
      ),
    'accessanalyzer:ListFindingsV2': () =>
      json(200, {
        findings: [
          {
            id: 'one',
            resource: 'arn:aws:s3:::planted-ledger',
            resourceType: 'AWS::S3::Bucket',
            resourceOwnerAccount: prod,
            status: 'ACTIVE',
            findingType: 'ExternalAccess',
            createdAt: '2026-01-01T00:00:00Z',
            updatedAt: '2026-01-01T00:00:00Z',
            analyzedAt: '2026-01-01T00:00:00Z',
          },
        ],
      }),
    'glue:GetResourcePolicies': () => json(200, { GetResourcePoliciesResponseList: [] }),
    'backup:GetBackupVaultAccessPolicy': (request) => failure(request, 'ResourceNotFoundException'),
    'apigatewayv2:GetAuthorizers': () => json(200, { items: [] }),
    'rolesanywhere:ListTrustAnchors': (request) =>
      inProd(
        request,
        {
          trustAnchors: [
            {
              trustAnchorArn: `arn:aws:rolesanywhere:${region}:${prod}:trust-anchor/one`,
              trustAnchorId: 'one',
              name: 'planted',
              enabled: true,
              source: {
                sourceType: 'CERTIFICATE_BUNDLE',
                sourceData: { x509CertificateData: 'hunter2-must-not-be-kept' },
              },
            },
          ],
        },
        { trustAnchors: [] },
      ),
    'rolesanywhere:ListProfiles': (request) =>
      inProd(
        request,
        {
          profiles: [
            {
              profileArn: `arn:aws:rolesanywhere:${region}:${prod}:profile/one`,
              profileId: 'one',
              name: 'planted',
              enabled: true,
              roleArns: [role],
            },
          ],
        },
        { profiles: [] },
      ),
    'codebuild:GetResourcePolicy': (request) => failure(request, 'ResourceNotFoundException'),
    'ssm:DescribeInstanceInformation': () => json(200, { InstanceInformationList: [] }),
    'iam:ListOrganizationsFeatures': () =>
      result('ListOrganizationsFeatures', '<EnabledFeatures><member>RootSessions</member></EnabledFeatures>'),
    'iam:GenerateServiceLastAccessedDetails': () =>
      result('GenerateServiceLastAccessedDetails', `<JobId>job-${++jobs}</JobId>`),
    'iam:GetServiceLastAccessedDetails': () =>
      result(
        'GetServiceLastAccessedDetails',
        '<JobStatus>COMPLETED</JobStatus><JobType>SERVICE_LEVEL</JobType><JobCreationDate>2026-01-01T00:00:00Z</JobCreationDate>' +
          '<JobCompletionDate>2026-01-01T00:00:01Z</JobCompletionDate><IsTruncated>false</IsTruncated><ServicesLastAccessed><member>' +
          '<ServiceName>Amazon S3</ServiceName><ServiceNamespace>s3</ServiceNamespace>' +
          '<TotalAuthenticatedEntities>0</TotalAuthenticatedEntities></member></ServicesLastAccessed>',
      ),
    'eks:ListAccessEntries': () => json(200, { accessEntries: [role] }),
    'eks:DescribeAccessEntry': () =>
      json(200, {
        accessEntry: {
          clusterName: 'planted',
          principalArn: role,
          accessEntryArn: `${cluster}/one`,
          type: 'STANDARD',
          username: role,
        },
      }),
    'eks:ListAssociatedAccessPolicies': () =>
      json(200, {
        clusterName: 'planted',
        principalArn: role,
        associatedAccessPolicies: [
          {
            policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
            accessScope: { type: 'cluster', namespaces: [] },
          },
        ],
      }),
    'eks:ListPodIdentityAssociations': () =>
      json(200, {
        associations: [
          {
            clusterName: 'planted',
            namespace: 'default',
            serviceAccount: 'web',
            associationArn: `${cluster}/a-1`,
            associationId: 'a-1',
          },
        ],
      }),
    'eks:DescribePodIdentityAssociation': () =>
      json(200, {
        association: {
          clusterName: 'planted',
          namespace: 'default',
          serviceAccount: 'web',
          roleArn: role,
          associationArn: `${cluster}/a-1`,
          associationId: 'a-1',
        },
      }),
    'sso-admin:GetPermissionsBoundaryForPermissionSet': (request) => failure(request, 'ResourceNotFoundException'),
    'lambda:ListFunctionUrlConfigs': () =>
      json(200, {
        FunctionUrlConfigs: [
          {
            FunctionUrl: 'https://planted.lambda-url.example/',
            FunctionArn: `arn:aws:lambda:${region}:${prod}:function:planted`,
            AuthType: 'NONE',
            CreationTime: '2026-01-01T00:00:00Z',
            LastModifiedTime: '2026-01-01T00:00:00Z',
          },
        ],
      }),
  }
  return (request) => answers[`${request.service}:${request.operation}`]?.(request)
}

const result = (operation: string, inner: string): Answer =>
  xml(
    `<${operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${operation}Result>${inner}</${operation}Result>` +
      `<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${operation}Response>`,
  )

/**
 * What the emulator answers wrongly. It lets everybody into every role: here the reader's role is in prod alone and wants its external ID. It takes
 * the caller's account for the one in which a permission set is provisioned.
 */
export const corrections =
  ({ prod }: Planted): Answering =>
  (request) => {
    const { service, operation, input } = request
    if (service === 'sso-admin' && operation === 'ListAccountsForProvisionedPermissionSet') {
      return json(200, { AccountIds: [prod] })
    }
    if (service !== 'sts' || operation !== 'AssumeRole') return undefined
    const roleArn = String(input.RoleArn)
    const isOpen = roleArn.endsWith(':role/trustwalk-reader')
      ? roleArn.includes(prod) && input.ExternalId === externalId
      : roleArn.endsWith(':role/OrganizationAccountAccessRole')
    return isOpen ? undefined : failure(request, 'AccessDenied', 403)
  }
