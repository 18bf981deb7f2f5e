import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, draw } from '../../../../test/render';
import { TeamPicker, WhoPicker } from './pickers';

const page = (next: string | null, ...results: object[]) => ({ body: { results, next, previous: null, count: 2 } });

afterEach(() => vi.unstubAllGlobals());

it('offers the teams of every page', async () => {
  answer({
    'GET /api/workspaces/w1/teams': page('two', { id: 't1', name: 'Buying' }),
    'GET /api/workspaces/w1/teams?cursor=two': page(null, { id: 't2', name: 'Sales' }),
  });
  await draw(<TeamPicker label="Team" value={null} onChange={() => undefined} />);
  await userEvent.type(await screen.findByRole('combobox', { name: 'Team' }), 'sal');
  expect(await screen.findByText('Sales')).toBeInTheDocument();
});

it('offers the service accounts of every page', async () => {
  answer({
    'GET /api/workspaces/w1/members': page(null),
    'GET /api/workspaces/w1/members?search=nig': page(null),
    'GET /api/workspaces/w1/service-accounts': page('two', { id: 'a1', user: 'u8', name: 'Day' }),
    'GET /api/workspaces/w1/service-accounts?cursor=two': page(null, { id: 'a2', user: 'u9', name: 'Night' }),
    'GET /api/workspaces/w1/members?search=n': page(null),
    'GET /api/workspaces/w1/members?search=ni': page(null),
  });
  await draw(<WhoPicker label="Who" value={null} onChange={() => undefined} />);
  await userEvent.type(await screen.findByRole('combobox', { name: 'Who' }), 'nig');
  expect(await screen.findByText(/Night/)).toBeInTheDocument();
});
