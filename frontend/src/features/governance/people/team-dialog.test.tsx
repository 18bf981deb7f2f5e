import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, draw } from '../../../../test/render';
import { TeamDialog } from './team-dialog';

afterEach(() => vi.unstubAllGlobals());

it('is sent with Enter, and asks for a name first', async () => {
  const none = { body: { results: [], next: null, previous: null, count: 0 } };
  const sent = answer({
    'GET /api/workspaces/w1/members?search=': none,
    'GET /api/workspaces/w1/members': none,
    'POST /api/workspaces/w1/teams': { status: 201, body: { id: 't1', name: 'Sales', members: [] } },
    'GET /api/session': none,
  });
  await draw(<TeamDialog team={null} onClose={() => undefined} />);
  const name = await screen.findByRole('textbox', { name: 'Name' });
  await userEvent.type(name, '{Enter}');
  expect(screen.getByText('Give the team a name.')).toBeInTheDocument();
  await userEvent.type(name, 'Sales{Enter}');
  expect(await screen.findByText(/Sales/)).toBeInTheDocument();
  const made = { method: 'POST', path: '/api/workspaces/w1/teams', body: { name: 'Sales', members: [] } };
  expect(sent).toContainEqual(made);
});
