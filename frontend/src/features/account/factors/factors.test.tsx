import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, draw } from '../../../../test/render';
import { Factors } from './factors';

const PATH = '/_allauth/browser/v1/account/authenticators';
const APP = { type: 'totp', created_at: 1_772_000_000, last_used_at: null };
const BROKEN = { status: 500, body: {} };

afterEach(() => vi.unstubAllGlobals());

it('says so when a factor could not be removed', async () => {
  answer({ [`GET ${PATH}`]: { body: { data: [APP] } }, [`DELETE ${PATH}/totp`]: BROKEN });
  await draw(<Factors />);
  await userEvent.click(await screen.findByRole('button', { name: 'Remove Authenticator app' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Remove' }));
  expect(await screen.findByRole('alert')).toBeInTheDocument();
});
