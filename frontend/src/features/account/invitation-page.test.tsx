import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, draw, SESSION } from '../../../test/render';
import InvitationPage from './invitation-page';

const OFFER = {
  email: 'maria@example.com',
  workspace: 'Nordwind AG',
  roles: ['viewer'],
  expires_at: '2026-03-09T09:00:00Z',
};
const LOOK = { 'POST /api/invitations/look': { body: OFFER } };
const SIGN_IN_FIRST = {
  'POST /api/invitations/accept': { status: 409, body: { status: 409, code: 'sign_in_first', detail: 'Sign in.' } },
};
const NOBODY = { ...SESSION, user: null, workspaces: [] };

const button = (name: string) => screen.findByRole('button', { name });

async function join() {
  await userEvent.type(await screen.findByLabelText('Your name'), 'Maria Keller');
  await userEvent.type(screen.getByLabelText('Password'), 'a long password');
  await userEvent.click(await button('Join'));
}

beforeEach(() => window.history.replaceState(null, '', '/invitation#token-1'));
afterEach(() => vi.unstubAllGlobals());

describe('the page of an invitation', () => {
  it('sends who has an account to the sign-in, and back with the token behind the hash', async () => {
    answer({ ...LOOK, ...SIGN_IN_FIRST });
    await draw(<InvitationPage />, NOBODY);
    await join();
    expect(await screen.findByRole('alert')).toHaveTextContent('maria@example.com has an account here.');
    const link = screen.getByRole('link', { name: 'Sign in' });
    expect(link).toHaveAttribute('href', '/sign-in?next=%2Finvitation#token-1');
  });

  it('says who is signed in when it is somebody else', async () => {
    answer({ ...LOOK, ...SIGN_IN_FIRST });
    await draw(<InvitationPage />, {
      ...SESSION,
      user: { id: 'u2', name: 'Jan Novak', email: 'jan@example.com', preferences: {} },
    });
    await join();
    expect(await screen.findByRole('alert')).toHaveTextContent('Jan Novak is signed in');
    expect(await button('Sign out and sign in again')).toBeEnabled();
  });

  it('asks the invited person who is signed in for nothing more', async () => {
    const sent = answer({
      ...LOOK,
      'POST /api/invitations/accept': { body: SESSION },
      'GET /api/session': { body: SESSION },
    });
    await draw(<InvitationPage />);
    await userEvent.click(await button('Join'));
    expect(screen.queryByLabelText('Password')).toBeNull();
    expect(sent).toContainEqual({ method: 'POST', path: '/api/invitations/accept', body: { token: 'token-1' } });
  });
});
