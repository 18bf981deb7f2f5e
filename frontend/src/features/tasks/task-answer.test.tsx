import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useTaskDeed } from '@/api/tasks';
import type { Task } from '@/api/types';
import { answer, draw } from '../../../test/render';
import { Refused } from './refused';
import { TaskAnswer } from './task-answer';
import { TaskForm } from './task-form';

const TASK: Task = {
  id: 't1',
  kind: 'approval',
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
  may_assign: true,
  requester: { id: 'u3', name: 'Rita Berg' },
  how: 'manual',
  roles: ['approver'],
  approvals: 1,
  questions: null,
  values: null,
  candidates: [
    { id: 'u1', name: 'Maria Keller' },
    { id: 'u2', name: 'Jan Novak' },
  ],
  given: [],
  history: [{ what: 'created', at: '2026-03-02T09:00:00Z', by: '', detail: '' }],
};

const several: Task = { ...TASK, state: 'open', assignee: null, approvals: 2, may_assign: false };

function Answering({ task }: { task: Task }) {
  const deed = useTaskDeed(task.id);
  return (
    <>
      {deed.error && <Refused error={deed.error} />}
      {task.kind === 'form' ? <TaskForm task={task} deed={deed} /> : <TaskAnswer task={task} deed={deed} />}
    </>
  );
}

const button = (name: string) => screen.getByRole('button', { name });

afterEach(() => vi.unstubAllGlobals());

describe('answering a task', () => {
  // ux: 121
  it('keeps the answers off until the task is taken, and says why', async () => {
    await draw(<Answering task={{ ...TASK, state: 'open', assignee: null }} />);
    expect(button('Approve')).toBeDisabled();
    expect(button('Reject')).toBeDisabled();
    expect(button('Approve')).toHaveAccessibleDescription('Take the task first, then answer.');
    expect(button('Take')).toBeEnabled();
  });

  it('names the person who has taken it', async () => {
    await draw(<Answering task={{ ...TASK, assignee: { id: 'u2', name: 'Jan Novak' } }} />);
    expect(button('Approve')).toHaveAccessibleDescription('Jan Novak has taken this task.');
    expect(screen.queryByRole('button', { name: 'Take' })).toBeNull();
  });

  it('asks for the comment at its field and sends nothing without it', async () => {
    const sent = answer({});
    await draw(<Answering task={TASK} />);
    await userEvent.click(button('Reject'));
    expect(screen.getByLabelText('Comment')).toHaveAccessibleDescription(/Say why you reject it/);
    expect(sent).toEqual([]);
  });

  it('sends the decision with its comment', async () => {
    const sent = answer({ 'POST /api/tasks/t1/decide': { body: { ...TASK, decision: 'rejected' } } });
    await draw(<Answering task={TASK} />);
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
    await draw(<Answering task={TASK} />);
    await userEvent.click(button('Approve'));
    const alert = await screen.findByRole('alert');
    expect(within(alert).getByText(/Jan Novak answered/)).toBeVisible();
    expect(within(alert).getByText(/Mar 2, 2026/)).toBeVisible();
  });

  // ux: 124
  it('lets each of several people answer without taking', async () => {
    await draw(<Answering task={several} />);
    expect(screen.queryByRole('button', { name: 'Take' })).toBeNull();
    expect(button('Approve')).toBeEnabled();
  });

  // ux: 124
  it('lets nobody answer twice', async () => {
    const own = { name: 'Maria Keller', decision: 'approved', comment: '', at: '2026-03-02T10:00:00Z', own: true };
    await draw(<Answering task={{ ...several, given: [{ ...own, decision: 'approved' }] }} />);
    expect(button('Approve')).toHaveAccessibleDescription('You have answered. 1 of 2 approvals so far.');
  });
});

const FORM: Task = {
  ...TASK,
  kind: 'form',
  questions: [
    { key: 'amount', label: 'Amount', type: 'number', required: true, choices: [], help: '' },
    { key: 'why', label: 'Why', type: 'text', required: true, choices: [], help: '' },
  ],
  values: { amount: 41 },
};

describe('filling in the form of a task', () => {
  // ux: 121
  it('is filled in from the run, and off until it is taken', async () => {
    await draw(<Answering task={{ ...FORM, state: 'open', assignee: null }} />);
    expect(screen.getByLabelText(/Amount/)).toHaveValue('41');
    expect(screen.getByLabelText(/Amount/)).toBeDisabled();
    expect(button('Complete')).toBeDisabled();
    expect(button('Complete')).toHaveAccessibleDescription('Take the task first, then answer.');
  });

  // ux: 122
  it('asks for what is required and keeps what was written when it is refused', async () => {
    const problem = { code: 'invalid_answer', node: null, field: 'why', message: 'Why: please be kind.', hint: '' };
    const refusal = { status: 422, code: 'invalid_answers', title: 'Invalid', detail: 'No', problems: [problem] };
    const sent = answer({ 'POST /api/tasks/t1/complete': { status: 422, body: refusal } });
    await draw(<Answering task={FORM} />);
    await userEvent.click(button('Complete'));
    expect(screen.getByLabelText(/Why/)).toHaveAccessibleDescription(/Please answer this question/);
    expect(sent).toEqual([]);
    await userEvent.type(screen.getByLabelText(/Why/), 'Because');
    await userEvent.click(button('Complete'));
    expect(await screen.findByText('Please be kind.')).toBeVisible();
    expect(screen.getByLabelText(/Why/)).toHaveValue('Because');
    expect(sent[0]).toMatchObject({ body: { answers: { amount: 41, why: 'Because' } } });
  });
});
