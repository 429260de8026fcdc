import type { Technique } from './technique.ts'

export const chatbot: readonly Technique[] = [
  {
    id: 'chatbot-901',
    name: 'Chat channel configuration with a passed role',
    category: 'new-passrole',
    status: 'uncertain',
    severity: 'medium',
    grants: 'act-as-api',
    via: 'chatbot:CreateSlackChannelConfiguration',
    requires: [
      {
        action: 'iam:PassRole',
        on: 'target-role',
        context: { 'iam:PassedToService': ['chatbot.amazonaws.com', 'management.chatbot.amazonaws.com'] },
      },
      { action: 'chatbot:CreateSlackChannelConfiguration', on: 'any', oneOf: 'way' },
      { action: 'chatbot:UpdateSlackChannelConfiguration', on: 'chatbot:ChatbotConfiguration', oneOf: 'way' },
      { action: 'chatbot:CreateMicrosoftTeamsChannelConfiguration', on: 'any', oneOf: 'way' },
    ],
    targetTrust: ['chatbot.amazonaws.com'],
    cloudTrail: ['CreateSlackChannelConfiguration'],
    mitre: ['T1651'],
    doubt: 'The service refuses a list of sensitive commands.',
    needsUnrecorded: 'chatbot:DescribeSlackWorkspaces',
    binder: 'new-passrole',
  },
]
