import { screen, within } from '@testing-library/react';
import { answer, draw, SESSION } from '../../../../test/render';
import AccessPage from './access-page';

vi.mock('@tanstack/react-router', async (original) => ({
  ...(await original<typeof import('@tanstack/react-router')>()),
  useSearch: () => ({}),
  useNavigate: () => () => undefined,
}));

const ASKED = 'GET /api/workspaces/w1/access';
const MATRIX = { 'GET /api/workspaces/w1/matrix': { body: [] } };
const AUDITOR = {
  ...SESSION,
  workspaces: SESSION.workspaces.map((one) => ({ ...one, verbs: ['audit:read' as const] })),
};
const SHARE = {
  object: { type: 'workflow', id: 'f1', name: 'Invoices' },
  kind: 'person',
  whom: '[erased]',
  members: [],
  level: 'use',
  since: '2026-03-02T09:00:00Z',
  until: null,
  by: '',
};
const LEFT = { member: 'm1', user: null, name: '[erased]', email: '', roles: [], by: '[erased]', since: SHARE.since };

afterEach(() => vi.unstubAllGlobals());

it('says in words who was erased, and when nobody is told to have given it', async () => {
  answer({ ...MATRIX, [ASKED]: { body: { at: SHARE.since, people: [LEFT], shares: [SHARE], tokens: [] } } });
  await draw(<AccessPage />, AUDITOR);
  const shares = within(await screen.findByRole('table', { name: 'Shared by itself' }));
  expect(shares.getByText('somebody who was erased')).toBeInTheDocument();
  expect(shares.getByText('–')).toBeInTheDocument();
  expect(screen.queryByText('[erased]')).toBeNull();
});

it('says once that it could not be read, with one way to try again', async () => {
  answer({ ...MATRIX, [ASKED]: { status: 500, body: { status: 500, code: 'broken', detail: 'It broke.' } } });
  await draw(<AccessPage />, AUDITOR);
  expect(await screen.findByRole('alert')).toHaveTextContent('It broke.');
  expect(screen.getAllByRole('button', { name: 'Try again' })).toHaveLength(1);
});
