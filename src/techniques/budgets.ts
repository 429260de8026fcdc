import type { Technique } from './technique.ts'

export const budgets: readonly Technique[] = [
  {
    id: 'budgets-901',
    name: 'Budget action with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'act-as-api',
    via: 'budgets:CreateBudgetAction',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['budgets.amazonaws.com'] } },
      { action: 'budgets:CreateBudgetAction', on: 'budgets:budgetAction', oneOf: 'way' },
      { action: 'budgets:UpdateBudgetAction', on: 'budgets:budgetAction', oneOf: 'way' },
      { action: 'budgets:ExecuteBudgetAction', on: 'budgets:budgetAction' },
    ],
    targetTrust: ['budgets.amazonaws.com'],
    cloudTrail: ['CreateBudgetAction', 'ExecuteBudgetAction'],
    mitre: ['T1098'],
    binder: 'new-passrole',
  },
]
