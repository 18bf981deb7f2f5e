import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Task } from '@/api/types';
import { answer, draw } from '../../../test/render';
import { TaskAnswer } from './task-answer';

const TASK: Task = {
  id: 't1',
  title: 'Check the invoice',
  state: 'taken',
  workflow: { id: 'f1', name: 'Document intake' },
  run: 'r1',
  run_title: 'invoice.pdf',
  created_at: '2026-03-02T09:00:00Z',
  due_at: null,
  assignee: { id: 'u1', name: 'Maria Keller' },
  decision: '',
  decided_by: null,
  decided_at: null,
  instructions: '',
  shown: [],
  document: null,
  comment: '',
  comment_required_on_reject: true,
  may_decide: true,
};

const button = (name: string) => screen.getByRole('button', { name });

afterEach(() => vi.unstubAllGlobals());

describe('answering a task', () => {
  it('keeps the answers off until the task is taken, and says why', async () => {
    await draw(<TaskAnswer task={{ ...TASK, state: 'open', assignee: null }} />);
    expect(button('Approve')).toBeDisabled();
    expect(button('Reject')).toBeDisabled();
    expect(button('Approve')).toHaveAccessibleDescription('Take the task first, then answer.');
    expect(button('Take')).toBeEnabled();
  });

  it('names the person who has taken it', async () => {
    await draw(<TaskAnswer task={{ ...TASK, assignee: { id: 'u2', name: 'Jan Novak' } }} />);
    expect(button('Approve')).toHaveAccessibleDescription('Jan Novak has taken this task.');
    expect(screen.queryByRole('button', { name: 'Take' })).toBeNull();
  });

  it('asks for the comment at its field and sends nothing without it', async () => {
    const sent = answer({});
    await draw(<TaskAnswer task={TASK} />);
    await userEvent.click(button('Reject'));
    expect(screen.getByLabelText('Comment')).toHaveAccessibleDescription(/Say why you reject it/);
    expect(sent).toEqual([]);
  });

  it('sends the decision with its comment', async () => {
    const sent = answer({ 'POST /api/tasks/t1/decide': { body: TASK } });
    await draw(<TaskAnswer task={TASK} />);
    await userEvent.type(screen.getByLabelText('Comment'), 'Wrong account');
    await userEvent.click(button('Reject'));
    expect(await screen.findByText('Rejected. The workflow goes on.')).toBeVisible();
    expect(sent[0]).toMatchObject({ method: 'POST', body: { decision: 'reject', comment: 'Wrong account' } });
  });

  it('tells who was faster, and when', async () => {
    const conflict = {
      status: 409,
      code: 'answered',
      title: 'Conflict',
      detail: 'Jan Novak answered this task already: approved.',
      problems: [],
      current: { by: 'Jan Novak', at: '2026-03-02T10:15:00Z' },
    };
    answer({ 'POST /api/tasks/t1/decide': { status: 409, body: conflict } });
    await draw(<TaskAnswer task={TASK} />);
    await userEvent.click(button('Approve'));
    const alert = await screen.findByRole('alert');
    expect(within(alert).getByText(/Jan Novak answered/)).toBeVisible();
    expect(within(alert).getByText(/Mar 2, 2026/)).toBeVisible();
  });
});
