import { screen } from '@testing-library/react';
import type { Credential } from '@/api/types';
import { answer, draw } from '../../../test/render';
import { ChangeConnection } from './change-connection';

const ARCHIVED = '0199e9d0-0000-7000-8000-000000000001';
const CRM = {
  id: 'c1',
  name: 'Demo CRM',
  kind: 'bearer',
  hosts: ['crm.example.com'],
  node_types: [],
  workflows: [ARCHIVED],
} as unknown as Credential;

afterEach(() => vi.unstubAllGlobals());

it('has words for a workflow that is not listed', async () => {
  const none = { body: { results: [], next: null, previous: null, count: 0 } };
  answer({ 'GET /api/node-types': none, 'GET /api/workspaces/w1/workflows?page_size=100': none });
  await draw(<ChangeConnection connection={CRM} onClose={() => undefined} />);
  expect(await screen.findAllByText('One that is not listed')).not.toHaveLength(0);
  expect(screen.queryByText(ARCHIVED)).toBeNull();
});
