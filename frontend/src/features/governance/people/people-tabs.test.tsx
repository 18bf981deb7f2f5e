import { screen } from '@testing-library/react';
import type { Verb } from '@/api/types';
import { draw, SESSION } from '../../../../test/render';
import { ObjectLink } from '../object-link';
import { PeopleTabs } from './people-tabs';

const may = (...verbs: Verb[]) => ({
  ...SESSION,
  workspaces: SESSION.workspaces.map((one) => ({ ...one, verbs })),
});
const TOKEN = { type: 'token', id: 't1', name: 'Night' };

it('leads who only reads members to no page that turns them away', async () => {
  await draw(
    <>
      <PeopleTabs />
      <ObjectLink object={TOKEN} />
    </>,
    may('member:read', 'audit:read'),
  );
  const links = screen.getAllByRole('link').map((link) => link.textContent);
  expect(links).toEqual(['People', 'Teams', 'Who can what', 'Rules', 'Service accounts']);
});

it('leads who manages members to all of them', async () => {
  await draw(
    <>
      <PeopleTabs />
      <ObjectLink object={TOKEN} />
    </>,
    may('member:read', 'member:manage'),
  );
  expect(screen.getAllByRole('link')).toHaveLength(8);
});
