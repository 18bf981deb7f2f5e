import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Credential } from '@/api/types';
import { answer, draw } from '../../../test/render';
import { ChangeConnection } from './change-connection';

const HIDDEN = '0199e9d0-0000-7000-8000-000000000001';
const CRM = {
  id: 'c1',
  name: 'Demo CRM',
  kind: 'bearer',
  hosts: ['crm.example.com'],
  node_types: [],
  workflows: [HIDDEN],
} as unknown as Credential;
const WORKFLOWS = 'GET /api/workspaces/w1/workflows';
const NONE = { body: { results: [], next: null, previous: null, count: 0 } };

afterEach(() => vi.unstubAllGlobals());

it('has words for a workflow that is not listed', async () => {
  answer({
    'GET /api/node-types': NONE,
    [WORKFLOWS]: NONE,
    [`GET /api/workflows/${HIDDEN}`]: { status: 404, body: { status: 404, code: 'not_found' } },
  });
  await draw(<ChangeConnection connection={CRM} onClose={() => undefined} />);
  expect(await screen.findAllByText('One that is not listed')).not.toHaveLength(0);
  expect(screen.queryByText(HIDDEN)).toBeNull();
});

it('finds workflows beyond the first page, and keeps the names of those it is for', async () => {
  const sales = { body: { results: [{ id: 'f2', name: 'Sales' }], next: null, previous: null, count: 1 } };
  answer({
    'GET /api/node-types': NONE,
    [WORKFLOWS]: NONE,
    [`${WORKFLOWS}?search=s`]: sales,
    [`GET /api/workflows/${HIDDEN}`]: { body: { id: HIDDEN, name: 'Invoices' } },
  });
  await draw(<ChangeConnection connection={CRM} onClose={() => undefined} />);
  expect(await screen.findAllByText('Invoices')).not.toHaveLength(0);
  await userEvent.type(screen.getByRole('combobox', { name: 'Workflows' }), 's');
  expect(await screen.findByText('Sales')).toBeInTheDocument();
  expect(screen.getAllByText('Invoices')).not.toHaveLength(0);
});
