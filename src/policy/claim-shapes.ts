/**
 * Issuers of web identities that anybody can become a customer of, and what such a customer can have in a token of his own.
 * IAM User Guide, "Identity-provider controls for shared OIDC providers", lists them and the claim that tells customers apart;
 * the shapes of the claims are those of the issuers' own documentation.
 *
 * In a shape, `<own>` is a name that the customer registers (an owner, a group, an organization): of any form, but never one that
 * a policy spells out, since that is somebody else's. `<id>` is a number or key that the issuer gives him: he has one, and does not
 * choose it. `<name>` and `<ref>` he chooses freely. Everything else stands for itself.
 */
export const claimShapes: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> = new Map(
  Object.entries<Readonly<Record<string, readonly string[]>>>({
    'token.actions.githubusercontent.com': {
      sub: [
        'repo:<own>/<name>:ref:refs/heads/<ref>',
        'repo:<own>/<name>:environment:<ref>',
        'repo:<own>/<name>:pull_request',
        'repo:<own>/<name>:ref:refs/tags/<ref>',
      ],
      aud: ['<any>'],
      repository: ['<own>/<name>'],
      repository_id: ['<id>'],
      repository_owner_id: ['<id>'],
      actor: ['<own>'],
      actor_id: ['<id>'],
      job_workflow_ref: ['<own>/<name>/.github/workflows/<name>@refs/heads/<ref>'],
      ref: ['refs/heads/<ref>', 'refs/tags/<ref>'],
      environment: ['<ref>'],
      workflow: ['<any>'],
    },
    'gitlab.com': {
      sub: ['project_path:<own>/<path>:ref_type:branch:ref:<ref>', 'project_path:<own>/<path>:ref_type:tag:ref:<ref>'],
      aud: ['<any>'],
      namespace_id: ['<id>'],
      project_id: ['<id>'],
      user_id: ['<id>'],
      user_login: ['<own>'],
      ref_protected: ['true', 'false'],
      pipeline_source: ['push', 'web', 'api', 'schedule', 'trigger'],
      runner_environment: ['gitlab-hosted', 'self-hosted'],
      user_access_level: ['owner', 'maintainer', 'developer'],
    },
    'agent.buildkite.com': {
      sub: ['organization:<own>:pipeline:<name>:ref:refs/heads/<ref>:commit:<name>:step:<name>'],
      aud: ['<any>'],
      organization_slug: ['<own>'],
      organization_id: ['<id>'],
      pipeline_slug: ['<name>'],
      pipeline_id: ['<id>'],
      build_branch: ['<ref>'],
      cluster_name: ['<name>'],
      cluster_id: ['<id>'],
    },
    'app.terraform.io': {
      sub: [
        'organization:<own>:project:<name>:workspace:<name>:run_phase:plan',
        'organization:<own>:project:<name>:workspace:<name>:run_phase:apply',
      ],
      aud: ['<any>'],
    },
    'oidc.codefresh.io': {
      sub: [
        'account:<id>:pipeline:<id>:scm_repo_url:<any>:scm_user_name:<name>:scm_ref:<ref>',
        'account:<id>:pipeline:<id>',
      ],
      aud: ['https://g.codefresh.io'],
    },
    'scalr.io': { sub: ['account:<own>:environment:<name>:workspace:<name>'], aud: ['<any>'] },
    'studio.datachain.ai/api': { sub: ['credentials:<own>/<name>'], aud: ['<any>'] },
    'tokens.cloud.shisho.dev': { sub: ['job:<id>:<any>'], aud: ['sts.amazonaws.com'] },
    'proidc.upbound.io': { sub: ['mcp:<own>/<name>:provider:<name>'], aud: ['sts.amazonaws.com'] },
    'oidc-configuration.audit-log.githubusercontent.com': {
      sub: ['https://github.com/<own>'],
      aud: ['sts.amazonaws.com'],
    },
    'vstoken.actions.githubusercontent.com': {
      sub: ['repo:<own>/<name>:ref:refs/heads/<ref>', 'repo:<own>/<name>:pull_request'],
      aud: ['<any>'],
    },
    'api.pulumi.com/oidc': {
      sub: [
        'pulumi:deploy:org:<own>:project:<name>:stack:<name>:operation:<name>:scope:write',
        'pulumi:environments:org:<own>:env:<name>',
      ],
      aud: ['<own>', 'aws:<own>'],
    },
    'oidc.vercel.com': {
      sub: [
        'owner:<own>:project:<name>:environment:production',
        'owner:<own>:project:<name>:environment:preview',
        'owner:<own>:project:<name>:environment:development',
      ],
      aud: ['https://vercel.com/<own>'],
    },
    'sandboxes.cloud': { aud: ['<own>'] },
    'cognito-identity.amazonaws.com': {
      sub: ['<region>:<id>'],
      aud: ['<region>:<id>'],
      amr: ['unauthenticated', 'authenticated'],
    },
    'accounts.google.com': { sub: ['<id>'], aud: ['<id>'], oaud: ['<any>'] },
    'graph.facebook.com': { id: ['<id>'], app_id: ['<id>'] },
    'www.amazon.com': { user_id: ['<id>'], app_id: ['<id>'] },
  }).map(([issuer, claims]) => [issuer, new Map(Object.entries(claims))]),
)
