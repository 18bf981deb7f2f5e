import { screen } from '@testing-library/react';
import { draw } from '../../../test/render';
import { endOf } from './grant-days';
import { RightsDialog } from './rights-dialog';

const RIGHTS = [
  {
    verb: 'workflow:read',
    allowed: true,
    ways: [{ kind: 'grant' as const, name: 'use', via: '', folder: '', until: endOf('2026-11-28') }],
    rules: [],
    idle: [],
    roles: [],
    levels: [],
    tokens: [],
  },
];

it('names the last day of a share, as the list of shares does', async () => {
  const none = () => undefined;
  await draw(<RightsDialog name="Finn" rights={RIGHTS} error={null} onRetry={none} onClose={none} />);
  expect(await screen.findByText(/Shared by name/)).toHaveTextContent('Until Nov 28, 2026.');
});
