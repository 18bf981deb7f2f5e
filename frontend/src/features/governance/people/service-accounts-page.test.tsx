import { screen } from '@testing-library/react';
import { setReader } from '@/core/reader';
import { answer, draw, SESSION } from '../../../../test/render';
import ServiceAccountsPage from './service-accounts-page';

const ACCOUNT = {
  id: 's1',
  user: 'u9',
  name: 'Import',
  purpose: 'Brings orders in',
  owner: SESSION.user,
  roles: ['viewer'],
  review_on: '2027-01-31',
  overdue: false,
  tokens: 1,
};

afterEach(() => {
  setReader({ timeZone: undefined });
  vi.unstubAllGlobals();
});

it('names the day of the review as it was chosen, also west of Greenwich', async () => {
  setReader({ timeZone: 'America/Los_Angeles' });
  answer({
    'GET /api/workspaces/w1/service-accounts': { body: { results: [ACCOUNT], next: null, previous: null, count: 1 } },
  });
  await draw(<ServiceAccountsPage />);
  expect(await screen.findAllByText('by Jan 31, 2027')).toHaveLength(2);
});
