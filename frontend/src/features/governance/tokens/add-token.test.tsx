import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, draw } from '../../../../test/render';
import { AddToken } from './add-token';

afterEach(() => vi.unstubAllGlobals());

it('keeps the secret in sight until somebody closes it', async () => {
  answer({ 'POST /api/workspaces/w1/tokens': { status: 201, body: { id: 't1', name: 'Night', secret: 'tut_1' } } });
  const close = vi.fn();
  await draw(<AddToken opened onClose={close} />);
  await userEvent.type(await screen.findByRole('textbox', { name: /Name/ }), 'Night');
  await userEvent.click(screen.getByRole('button', { name: 'Make token' }));
  expect(await screen.findByDisplayValue('tut_1')).toBeInTheDocument();
  await userEvent.keyboard('{Escape}');
  expect(close).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole('button', { name: 'Close' }));
  await waitFor(() => expect(close).toHaveBeenCalledOnce());
});
