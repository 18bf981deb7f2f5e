import { act, screen, waitFor } from '@testing-library/react';
import { sessionEnd } from '@/api/session-end';
import { answer, draw, SESSION } from '../../test/render';
import { SignInAgain } from './sign-in-again';

const AT_COMPANY = { ...SESSION, features: { ...SESSION.features, company_sign_in: 'Nordwind' } };

afterEach(() => {
  vi.unstubAllGlobals();
  act(() => sessionEnd.set(false));
});

it('lets people sign in by their organisation in another tab, and goes on once they are back', async () => {
  const nobody = { body: { ...AT_COMPANY, user: null, workspaces: [] } };
  const sent = answer({ 'GET /api/session': nobody });
  await draw(<SignInAgain />, AT_COMPANY);
  act(() => sessionEnd.set(true));
  expect(await screen.findByRole('link', { name: /Nordwind/ })).toHaveAttribute('target', '_blank');
  act(() => void window.dispatchEvent(new Event('focus')));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(screen.getByRole('dialog')).toBeInTheDocument();
  answer({ 'GET /api/session': { body: AT_COMPANY } });
  act(() => void window.dispatchEvent(new Event('focus')));
  await waitFor(() => expect(sessionEnd.get()).toBe(false));
});

it('asks for the password alone where there is no other way', async () => {
  await draw(<SignInAgain />);
  act(() => sessionEnd.set(true));
  expect(await screen.findByLabelText('Password')).toBeInTheDocument();
  expect(screen.queryByRole('link')).toBeNull();
});
