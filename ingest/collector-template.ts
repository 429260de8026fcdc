import { collectorPolicy, type PolicyOptions } from './collector-policy.ts'

/**
 * A CloudFormation template, to be rolled out as a StackSet: the role that the collector assumes in an account, with an
 * external ID. JSON is YAML, so it is taken wherever a template is.
 */
export function collectorTemplate(roleName: string, options: Omit<PolicyOptions, 'of'>) {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'The role that trustwalk reads this account with',
    Parameters: {
      CollectorAccountId: {
        Type: 'String',
        AllowedPattern: '\\d{12}',
        Description: 'The account that trustwalk collect runs in',
      },
      CollectorPrincipalArn: {
        Type: 'String',
        Default: '*',
        Description: 'The role or user there that may enter; a star in it matches anything',
      },
      ExternalId: {
        Type: 'String',
        MinLength: 8,
        AllowedPattern: '[A-Za-z0-9+=,.@:/_-]+',
        Description: 'What trustwalk collect is given as --external-id',
      },
    },
    Resources: {
      CollectorRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: roleName,
          Description: 'Assumed by trustwalk collect; reads, changes nothing',
          MaxSessionDuration: 3600,
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${CollectorAccountId}:root' } },
                Action: 'sts:AssumeRole',
                Condition: {
                  StringEquals: { 'sts:ExternalId': { Ref: 'ExternalId' } },
                  ArnLike: { 'aws:PrincipalArn': { Ref: 'CollectorPrincipalArn' } },
                },
              },
            ],
          },
          Policies: [{ PolicyName: 'trustwalk-reads', PolicyDocument: collectorPolicy({ ...options, of: 'member' }) }],
        },
      },
    },
    Outputs: { RoleArn: { Value: { 'Fn::GetAtt': ['CollectorRole', 'Arn'] } } },
  }
}
