import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { draw } from '../../test/render';
import { SavedSearches } from './saved-searches';

const failed = { id: '1', name: 'Failed lately', query: { status: 'failed', dead: true } };

function setUp(current: Record<string, string | boolean | undefined>, kept = [failed]) {
  const searches = { kept, keep: vi.fn(async () => undefined), forget: vi.fn(async () => undefined) };
  const onApply = vi.fn();
  return { searches, onApply, drawn: draw(<SavedSearches searches={searches} current={current} onApply={onApply} />) };
}

describe('kept searches of a list', () => {
  // ux: 23
  it('are opened by their name', async () => {
    const { onApply, drawn } = setUp({});
    await drawn;
    await userEvent.click(screen.getByRole('button', { name: 'Saved searches' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Failed lately' }));
    expect(onApply).toHaveBeenCalledWith(failed.query);
  });

  // ux: 23
  it('say which of them the list shows', async () => {
    await setUp({ status: 'failed', dead: true, workflow: undefined }).drawn;
    await userEvent.click(screen.getByRole('button', { name: 'Failed lately' }));
    expect(await screen.findByRole('menuitem', { name: 'Failed lately' })).toHaveAttribute('aria-current', 'true');
  });

  // ux: 23
  it('are kept under a name', async () => {
    const { searches, drawn } = setUp({ status: 'running', workflow: undefined });
    await drawn;
    await userEvent.click(screen.getByRole('button', { name: 'Saved searches' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Save this search' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Save' }));
    expect(screen.getByRole('textbox', { name: 'Name' })).toHaveAccessibleDescription(/Give it a name/);
    await userEvent.type(screen.getByRole('textbox', { name: 'Name' }), ' At work ');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(searches.keep).toHaveBeenCalledWith('At work', { status: 'running' });
  });

  // ux: 23
  it('are forgotten', async () => {
    const { searches, drawn } = setUp({});
    await drawn;
    await userEvent.click(screen.getByRole('button', { name: 'Saved searches' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Forget “Failed lately”' }));
    expect(searches.forget).toHaveBeenCalledWith('1');
  });

  it('cannot be kept while nothing is searched for, and say so', async () => {
    await setUp({ status: undefined }, []).drawn;
    await userEvent.click(screen.getByRole('button', { name: 'Saved searches' }));
    const keep = await screen.findByRole('menuitem', { name: 'Save this search' });
    expect(keep).toBeDisabled();
    expect(keep).toHaveAccessibleDescription('Search or filter the list first.');
  });
});
