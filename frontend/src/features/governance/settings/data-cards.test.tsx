import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { WorkspaceSettings } from '@/api/types';
import { answer, draw, SESSION } from '../../../../test/render';
import { KeepingCard } from './data-cards';

const SETTINGS = { keep_days: 30, data_hold: '' } as WorkspaceSettings;
const CHANGE = 'PATCH /api/workspaces/w1';

afterEach(() => vi.unstubAllGlobals());

async function hold(reason: string) {
  await draw(<KeepingCard settings={SETTINGS} />);
  await userEvent.type(screen.getByRole('textbox', { name: 'Legal hold' }), reason);
  await userEvent.click(screen.getByRole('button', { name: 'Save Keeping' }));
}

it('sends only what was changed: the rest may be another by now', async () => {
  const saved = { ...SETTINGS, keep_days: 90, data_hold: 'Case 4711', requests: [] };
  const sent = answer({ [CHANGE]: { body: saved }, 'GET /api/session': { body: SESSION } });
  await hold('Case 4711');
  expect(await screen.findByText('Settings saved.')).toBeInTheDocument();
  expect(sent).toContainEqual({ method: 'PATCH', path: '/api/workspaces/w1', body: { data_hold: 'Case 4711' } });
  expect(screen.getByRole('textbox', { name: 'Days after the end of a run' })).toHaveValue('90');
  expect(screen.getByRole('button', { name: 'Save Keeping' })).toBeDisabled();
});

it('keeps what was typed when it could not be saved', async () => {
  const problem = { field: 'data_hold', code: 'wrong', message: 'Name the case.' };
  answer({
    [CHANGE]: { status: 400, body: { status: 400, code: 'invalid', detail: 'Look again.', problems: [problem] } },
  });
  await hold('?');
  expect((await screen.findAllByText('Name the case.')).length).toBeGreaterThan(0);
  expect(screen.getByRole('textbox', { name: /Legal hold/ })).toHaveValue('?');
  expect(screen.getByRole('button', { name: 'Save Keeping' })).toBeEnabled();
});
