import { screen } from '@testing-library/react';
import type { Verb } from '@/api/types';
import { draw, SESSION } from '../../../../test/render';
import QuestionsPage from './questions-page';

vi.mock('@tanstack/react-router', async (original) => ({
  ...(await original<typeof import('@tanstack/react-router')>()),
  useSearch: () => ({}),
  useNavigate: () => () => undefined,
}));

const may = (...verbs: Verb[]) => ({
  ...SESSION,
  workspaces: SESSION.workspaces.map((one) => ({ ...one, verbs })),
});
const leading = () =>
  screen.getAllByRole('link').filter((link) => link.getAttribute('href')?.startsWith('/audit/search'));

it('leads an auditor to the search in contents only where a rule lets them see some', async () => {
  await draw(<QuestionsPage />, may('audit:read', 'run:payload'));
  expect(leading()).toHaveLength(2);
});

it('hides it, and the question it answers, from an auditor whom a rule keeps from contents', async () => {
  await draw(<QuestionsPage />, may('audit:read'));
  expect(leading()).toHaveLength(0);
});
