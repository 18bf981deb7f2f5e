import '@/app/i18n';
import { MantineProvider } from '@mantine/core';
import { act, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { graph, NODE_TYPES, node } from '@/core/graph/fixtures';
import type { RunStep } from '@/core/run/model';
import { createRunOverlay } from '@/core/run/overlay';
import type { CanvasEditing } from './canvas-context';
import { GraphCanvas, type GraphCanvasProps } from './graph-canvas';

const flow = graph(
  [
    node('start', 'start'),
    node('check', 'condition', { position: { x: 324, y: 0 } }),
    node('end', 'work', { off: true }),
  ],
  ['start>check', 'check.yes>end'],
);

const editing = (): CanvasEditing => ({
  onMove: vi.fn(),
  onGroupNote: vi.fn(),
  onChangeGroup: vi.fn(),
  onFoldGroup: vi.fn(),
  onUngroup: vi.fn(),
  onNameGroup: vi.fn(),
  onChangeNote: vi.fn(),
  onConnect: vi.fn(),
  onReconnect: vi.fn(),
  onRefused: vi.fn(),
  onDropLine: vi.fn(),
  onDelete: vi.fn(),
  onAddAfter: vi.fn(),
  onAddOnLine: vi.fn(),
  onOpenLine: vi.fn(),
  onAddInside: vi.fn(),
  onDropType: vi.fn(),
  onDropFiles: vi.fn(),
  onPutIntoFrame: vi.fn(),
});

function Shown(props: Partial<GraphCanvasProps>) {
  const [selected, setSelected] = useState<string[]>([]);
  return (
    <MantineProvider>
      <div style={{ width: 800, height: 600 }}>
        <GraphCanvas graph={flow} nodeTypes={NODE_TYPES} selected={selected} onSelect={setSelected} {...props} />
      </div>
    </MantineProvider>
  );
}

const step = (key: string, status: RunStep['status'], port: string | null): RunStep => ({
  step: 1,
  node: key,
  scope: '',
  attempt: 1,
  status,
  port,
  error: null,
  facts: null,
  started_at: null,
  ended_at: null,
  retry_at: null,
  wait: null,
  count: null,
});

const card = (name: string) => screen.getByRole('group', { name, hidden: true });

test('every step says its name and its state', () => {
  render(<Shown readOnly />);
  expect(card('start, Not run')).toHaveAttribute('data-step-status', 'waiting');
  expect(card('end, Off')).toHaveAttribute('data-step-status', 'off');
});

test('what a run does shows on its steps at once, without a new document', () => {
  const overlay = createRunOverlay();
  render(<Shown readOnly overlay={overlay} />);
  act(() => overlay.show({ steps: [step('start', 'done', 'out'), step('check', 'running', null)] }));
  expect(card('start, Done')).toHaveAttribute('data-step-status', 'done');
  expect(card('check, Running')).toHaveAttribute('data-step-status', 'running');
  act(() => overlay.clear());
  expect(card('start, Not run')).toBeInTheDocument();
});

test('a step that needs repair says how many problems it has', () => {
  render(<Shown readOnly problems={{ check: 2 }} />);
  expect(screen.getByRole('img', { name: '2 problems', hidden: true })).toBeInTheDocument();
});

test('ways out carry their words, and "+" tells after what it adds', async () => {
  const calls = editing();
  render(<Shown editing={calls} />);
  const add = screen.getByRole('button', { name: 'Add step after check, No', hidden: true });
  act(() => add.click());
  expect(calls.onAddAfter).toHaveBeenCalledWith({ node: 'check', port: 'no' });
});

test('a canvas to look at offers nothing to add', () => {
  render(<Shown readOnly editing={editing()} />);
  expect(screen.queryByRole('button', { name: /Add step/, hidden: true })).toBeNull();
});

test('the outline is one tab stop: arrows walk, Enter opens, Delete removes, Alt and arrows move', async () => {
  const user = userEvent.setup();
  const calls = editing();
  const onOpen = vi.fn();
  render(<Shown editing={calls} onOpen={onOpen} />);
  await user.tab();
  expect(document.activeElement).toHaveTextContent('start');
  await user.keyboard('{ArrowDown}');
  expect(document.activeElement).toHaveTextContent('check');
  await user.keyboard('{Alt>}{ArrowRight}{/Alt}');
  expect(calls.onMove).toHaveBeenCalledWith([{ key: 'check', position: { x: 336, y: 0 } }], 'right');
  await user.keyboard('{Enter}');
  expect(onOpen).toHaveBeenCalledWith('check');
  await user.keyboard('{Delete}');
  expect(calls.onDelete).toHaveBeenCalledWith({ steps: ['check'], lines: [], notes: [] });
});

const button = (name: string) => screen.getByRole('button', { name, hidden: true });

// ux: 178
test('a line is drawn with Enter on a way out and Enter on a way in', () => {
  const calls = editing();
  render(<Shown editing={calls} />);
  fireEvent.keyDown(button('Draw a line from check, No'), { key: 'Enter' });
  expect(screen.getByText(/^Line from check, No: choose a step/)).toBeInTheDocument();
  fireEvent.keyDown(button('Connect to end'), { key: 'Enter' });
  expect(calls.onConnect).toHaveBeenCalledWith({ node: 'check', port: 'no' }, { node: 'end', port: 'in' });
  expect(screen.queryByText(/choose a step/)).toBeNull();
});

// ux: 178
test('two taps draw it as well, and a step taken by its body counts as its way in', () => {
  const calls = editing();
  render(<Shown editing={calls} />);
  act(() => button('Draw a line from check, No').click());
  act(() => card('end, Off').click());
  expect(calls.onConnect).toHaveBeenCalledWith({ node: 'check', port: 'no' }, { node: 'end', port: 'in' });
});

// ux: 32
test('where a held line may end is lit, elsewhere it is refused with the reason', () => {
  const calls = editing();
  render(<Shown editing={calls} />);
  act(() => button('Draw a line from check, Yes').click());
  expect(button('Connect to check')).toHaveAttribute('data-fit', 'unfit');
  expect(card('start, Not run')).toHaveAttribute('data-out-of-reach');
  act(() => card('end, Off').click());
  expect(calls.onRefused).toHaveBeenCalledWith('duplicate');
  expect(calls.onConnect).not.toHaveBeenCalled();
});

// ux: 178
test('Escape lets a held line go', () => {
  render(<Shown editing={editing()} />);
  act(() => button('Draw a line from check, No').click());
  fireEvent.keyDown(document.body, { key: 'Escape' });
  expect(screen.queryByText(/choose a step/)).toBeNull();
  expect(button('Draw a line from check, No')).not.toHaveAttribute('data-fit');
});
