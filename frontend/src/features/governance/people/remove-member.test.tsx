import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Member } from '@/api/types';
import { answer, draw } from '../../../../test/render';
import { RemoveMember } from './remove-member';

const FINN = { id: 'm2', user: { id: 'u2', name: 'Finn', email: 'finn@example.com' } } as Member;
const BELONGINGS = 'GET /api/members/m2/belongings';

afterEach(() => vi.unstubAllGlobals());

it('can ask once more what belongs to somebody when that failed', async () => {
  const answers = {
    [BELONGINGS]: { status: 500, body: { status: 500, code: 'broken', detail: 'It broke.' } as object },
  };
  answer(answers);
  await draw(<RemoveMember member={FINN} onClose={() => undefined} />);
  const again = await screen.findByRole('button', { name: 'Try again' });
  answers[BELONGINGS] = { status: 200, body: [] };
  await userEvent.click(again);
  expect(await screen.findByText('Nothing belongs to them.')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Remove' })).toBeEnabled();
});

it('tells heirs of one name apart, and offers nobody themselves', async () => {
  const people = [
    FINN.user,
    { id: 'u3', name: 'Anna', email: 'anna@a.example' },
    { id: 'u4', name: 'Anna', email: 'b@b.example' },
  ];
  const rows = people.map((user) => ({ id: `m-${user.id}`, user }));
  answer({
    [BELONGINGS]: { body: [{ kind: 'asset', id: 'a1', name: 'Prices', fate: 'handed_over' }] },
    'GET /api/workspaces/w1/members': { body: { results: rows, next: null, previous: null, count: 3 } },
  });
  await draw(<RemoveMember member={FINN} onClose={() => undefined} />);
  await userEvent.click(await screen.findByRole('combobox', { name: 'New owner' }));
  const offered = (await screen.findAllByRole('option', { hidden: true })).map((option) => option.textContent);
  expect(offered).toEqual(['Anna · anna@a.example', 'Anna · b@b.example']);
});
