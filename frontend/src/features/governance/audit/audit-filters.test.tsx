import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, draw } from '../../../../test/render';
import { AuditFilterBar } from './audit-filters';

const navigate = vi.fn();
vi.mock('@tanstack/react-router', async (original) => ({
  ...(await original<typeof import('@tanstack/react-router')>()),
  useNavigate: () => navigate,
}));

afterEach(() => vi.unstubAllGlobals());

it('says that the list is about one thing, and lets go of it for another kind', async () => {
  const facets = { actors: [], actions: [], object_types: ['workflow', 'run'] };
  answer({ 'GET /api/workspaces/w1/audit-facets': { body: facets } });
  const filters = { object_type: 'workflow', object_id: 'f1', result: 'done' };
  await draw(<AuditFilterBar filters={filters} onReset={() => undefined} />);
  expect(screen.getByText('Only what was done with one thing')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('combobox', { name: 'On what' }));
  await userEvent.click(await screen.findByRole('option', { name: 'Run', hidden: true }));
  expect(navigate.mock.lastCall?.[0].search(filters)).toEqual({
    object_type: 'run',
    object_id: undefined,
    result: 'done',
  });
});
