import { screen } from '@testing-library/react';
import type { Request } from '@/api/requests';
import { draw } from '../../../../test/render';
import { RequestContent } from './request-content';

const RULE = {
  id: 'r1',
  kind: 'retention.rule',
  object: { type: 'workspace', id: 'w1', name: 'Nordwind AG' },
  payload: {
    changes: {
      keep_days: { before: null, after: 90 },
      data_hold: { before: 'Case 4711', after: '' },
    },
  },
} as unknown as Request;

it('says in words what was kept for ever, and what is empty', async () => {
  await draw(<RequestContent one={RULE} />);
  const days = screen.getByRole('region', { name: 'Days that data of runs is kept' });
  expect(days).toHaveTextContent('Beforefor everAfter90');
  expect(screen.getByRole('region', { name: 'Hold on data of runs' })).toHaveTextContent('BeforeCase 4711Afternone');
});

it('says in words what would be blacked out no more', async () => {
  const changes = { redact: { before: ['email', 'iban'], after: ['iban'] } };
  await draw(<RequestContent one={{ ...RULE, payload: { changes } } as unknown as Request} />);
  const kinds = screen.getByRole('region', { name: 'Personal data that is blacked out' });
  expect(kinds).toHaveTextContent('BeforeE-mail addressesAccount numbers (IBAN)AfterAccount numbers (IBAN)');
});

it('names the groups of the organisation that would have other roles', async () => {
  const payload = {
    what: 'groups',
    before: { buyers: ['viewer'], sales: ['viewer'] },
    groups: { buyers: ['builder', 'viewer'], sales: ['viewer'], press: ['viewer'] },
  };
  await draw(<RequestContent one={{ ...RULE, kind: 'grant.change', payload } as unknown as Request} />);
  expect(screen.getByRole('region', { name: 'Roles of the group buyers' })).toHaveTextContent(
    'BeforeViewerAfterBuilderViewer',
  );
  expect(screen.getByRole('region', { name: 'Roles of the group press' })).toHaveTextContent('BeforenoneAfterViewer');
  expect(screen.queryByRole('region', { name: 'Roles of the group sales' })).not.toBeInTheDocument();
});

it('tells what a rule takes away from whom before it is lifted', async () => {
  const rule = {
    ...RULE,
    kind: 'grant.change',
    object: { type: 'policy', id: 'p1', name: 'Until the review' },
    payload: { what: 'rule', user: null, whom: '', role: 'viewer', verbs: ['run:read'], about: 'Invoices' },
  };
  await draw(<RequestContent one={rule as unknown as Request} />);
  const part = screen.getByRole('region', { name: 'The rule against Viewer' });
  expect(part).toHaveTextContent('Made because: Until the review');
  expect(part).toHaveTextContent('Invoices');
});
