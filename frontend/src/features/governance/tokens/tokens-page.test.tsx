import { screen } from '@testing-library/react';
import { answer, draw } from '../../../../test/render';
import TokensPage from './tokens-page';

const list = (...results: object[]) => ({ body: { results, next: null, previous: null, count: results.length } });
const account = (name: string, owner: string) => ({ id: name, user: name, name, owner: { id: owner, name: owner } });

afterEach(() => vi.unstubAllGlobals());

it('leads whoever answers for service accounts to them', async () => {
  const accounts = list(account('Night', 'u1'), account('Day', 'u2'));
  answer({ 'GET /api/workspaces/w1/tokens': list(), 'GET /api/workspaces/w1/service-accounts': accounts });
  await draw(<TokensPage />);
  const link = await screen.findByRole('link', { name: 'To these service accounts and their tokens' });
  expect(link).toHaveAttribute('href', '/admin/service-accounts');
  expect(screen.getByText('Night')).toBeInTheDocument();
});
