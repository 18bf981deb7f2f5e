import { linkOptions } from '@tanstack/react-router';

/** What auditors ask, and the page that answers. Questions about one run or one model lead to the list to choose it. */
export const QUESTIONS = [
  { id: 'Q01', group: 'runs', link: linkOptions({ to: '/runs', search: {} }) },
  { id: 'Q02', group: 'runs', link: linkOptions({ to: '/runs', search: {} }) },
  { id: 'Q03', group: 'runs', link: linkOptions({ to: '/workflows', search: {} }) },
  { id: 'Q05', group: 'runs', link: linkOptions({ to: '/usage', search: { by: 'calls' } }) },
  { id: 'Q06', group: 'runs', link: linkOptions({ to: '/runs', search: {} }) },
  { id: 'Q07', group: 'runs', link: linkOptions({ to: '/runs', search: {} }) },
  { id: 'Q08', group: 'runs', link: linkOptions({ to: '/runs', search: {} }) },
  { id: 'Q13', group: 'runs', link: linkOptions({ to: '/runs', search: {} }) },
  { id: 'Q15', group: 'runs', link: linkOptions({ to: '/audit/reports/$report', params: { report: 'unknown' } }) },
  { id: 'Q16', group: 'runs', link: linkOptions({ to: '/runs', search: { status: 'failed' } }) },
  { id: 'Q25', group: 'runs', link: linkOptions({ to: '/runs', search: {} }) },
  { id: 'Q34', group: 'runs', link: linkOptions({ to: '/audit/reports/$report', params: { report: 'stops' } }) },
  { id: 'Q04', group: 'decisions', link: linkOptions({ to: '/audit', search: { action: 'workflow.published' } }) },
  {
    id: 'Q10',
    group: 'decisions',
    link: linkOptions({ to: '/audit/reports/$report', params: { report: 'approvals' } }),
  },
  {
    id: 'Q11',
    group: 'decisions',
    link: linkOptions({ to: '/audit/reports/$report', params: { report: 'separation' } }),
  },
  {
    id: 'Q12',
    group: 'decisions',
    link: linkOptions({ to: '/audit/reports/$report', params: { report: 'approvals' } }),
  },
  { id: 'Q17', group: 'people', link: linkOptions({ to: '/audit/access', search: {} }) },
  { id: 'Q18', group: 'people', link: linkOptions({ to: '/audit/access', search: {} }) },
  { id: 'Q19', group: 'people', link: linkOptions({ to: '/audit', search: {} }) },
  { id: 'Q26', group: 'people', link: linkOptions({ to: '/audit', search: { result: 'denied' } }) },
  { id: 'Q27', group: 'people', link: linkOptions({ to: '/audit', search: { topic: 'privileged' } }) },
  { id: 'Q28', group: 'people', link: linkOptions({ to: '/audit', search: { topic: 'settings' } }) },
  { id: 'Q09', group: 'data', link: linkOptions({ to: '/audit/search' }) },
  { id: 'Q14', group: 'data', link: linkOptions({ to: '/audit/reports/$report', params: { report: 'outside' } }) },
  { id: 'Q20', group: 'data', link: linkOptions({ to: '/connections' }) },
  { id: 'Q30', group: 'data', link: linkOptions({ to: '/audit', search: { topic: 'readings' } }) },
  { id: 'Q31', group: 'data', link: linkOptions({ to: '/audit', search: { topic: 'deletions' } }) },
  { id: 'Q21', group: 'models', link: linkOptions({ to: '/assets', search: {} }) },
  { id: 'Q22', group: 'models', link: linkOptions({ to: '/assets', search: { kind: 'model' } }) },
  { id: 'Q23', group: 'models', link: linkOptions({ to: '/audit', search: { action: 'asset.alias_moved' } }) },
  { id: 'Q24', group: 'models', link: linkOptions({ to: '/usage', search: { by: 'calls', days: 366 } }) },
  { id: 'Q32', group: 'models', link: linkOptions({ to: '/audit/reports/$report', params: { report: 'register' } }) },
  { id: 'Q33', group: 'models', link: linkOptions({ to: '/usage', search: { by: 'budgets' } }) },
  { id: 'Q29', group: 'trail', link: linkOptions({ to: '/audit/integrity' }) },
] as const;

export const GROUPS = ['runs', 'decisions', 'people', 'data', 'models', 'trail'] as const;
