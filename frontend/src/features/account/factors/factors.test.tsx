import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, draw } from '../../../../test/render';
import { Factors } from './factors';
import { SecondStep } from './second-step';

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

it('says what to do when no code can be right any more', async () => {
  const refused = { status: 400, body: { errors: [{ code: 'factor_unreadable', message: '' }] } };
  answer({ 'POST /_allauth/browser/v1/auth/2fa/authenticate': refused });
  await draw(<SecondStep factors={['totp']} onSignedIn={() => {}} onStartAgain={() => {}} />);
  await userEvent.type(screen.getByRole('textbox', { name: /Code/ }), '123456{Enter}');
  expect(await screen.findByText(/reset your second factor/)).toBeInTheDocument();
});
