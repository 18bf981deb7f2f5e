import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, draw } from '../../../../test/render';
import { Invite } from './invite';

afterEach(() => vi.unstubAllGlobals());

it('keeps the link in sight until somebody closes it', async () => {
  const made = { email: 'vera@example.com', link: 'https://tutti.example/invitation#1' };
  answer({ 'POST /api/workspaces/w1/invitations': { status: 201, body: made } });
  const close = vi.fn();
  await draw(<Invite opened onClose={close} />);
  await userEvent.type(await screen.findByRole('textbox', { name: /E-mail/ }), made.email);
  await userEvent.click(screen.getByRole('checkbox', { name: /Builder/ }));
  await userEvent.click(screen.getByRole('button', { name: 'Make invitation' }));
  expect(await screen.findByDisplayValue(made.link)).toBeInTheDocument();
  await userEvent.keyboard('{Escape}');
  expect(close).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole('button', { name: 'Close' }));
  await waitFor(() => expect(close).toHaveBeenCalledOnce());
});
