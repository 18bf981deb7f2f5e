import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ApiError, api } from '@/api/client';
import { careful } from '@/api/why';
import { draw } from '../../test/render';
import { WhyDialog } from './why-dialog';

afterEach(() => vi.restoreAllMocks());

it('asks one question after the other, each with nothing written yet', async () => {
  const sent = vi.spyOn(api, 'post').mockImplementation(async (_path, body) => {
    if (body && 'reason' in (body as object)) return { request: '1' };
    throw new ApiError({ status: 422, code: 'reason_missing', title: '', detail: 'Say why.', problems: [] });
  });
  await draw(<WhyDialog />);
  const both = Promise.all([careful.post('grants', { level: 'use' }), careful.post('grants', { level: 'edit' })]);
  await userEvent.type(await screen.findByRole('textbox'), 'She runs it');
  await userEvent.click(screen.getByRole('button', { name: 'Ask' }));
  await vi.waitFor(() => expect(screen.getByRole('textbox')).toHaveValue(''));
  await userEvent.type(screen.getByRole('textbox'), 'She mends it');
  await userEvent.click(screen.getByRole('button', { name: 'Ask' }));
  await both;
  expect(sent.mock.calls.slice(2).map(([, body]) => body)).toEqual([
    { level: 'use', reason: 'She runs it' },
    { level: 'edit', reason: 'She mends it' },
  ]);
});
