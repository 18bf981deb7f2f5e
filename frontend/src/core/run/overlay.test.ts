import type { RunStep } from './model';
import { createRunOverlay, nodeStates } from './overlay';

function step(number: number, node: string, change: Partial<RunStep> = {}): RunStep {
  return {
    step: number,
    node,
    scope: '',
    attempt: 1,
    status: 'done',
    port: 'out',
    error: null,
    facts: null,
    started_at: null,
    ended_at: null,
    retry_at: null,
    wait: null,
    count: null,
    ...change,
  };
}

describe('the states the canvas draws', () => {
  it('counts the items that went through a step', () => {
    const states = nodeStates([step(1, 'a', { scope: 'l.0' }), step(2, 'a', { scope: 'l.1' })]);
    expect(states.a).toMatchObject({ status: 'done', count: 2 });
  });

  it('shows the state a person should look at first', () => {
    const states = nodeStates([step(1, 'a'), step(2, 'a', { status: 'failed', port: null }), step(3, 'a')]);
    expect(states.a?.status).toBe('failed');
    expect(nodeStates([step(1, 'a', { status: 'running', port: null }), step(2, 'a')]).a?.status).toBe('running');
  });

  it('remembers every path taken', () => {
    const states = nodeStates([
      step(1, 'a', { port: 'yes' }),
      step(2, 'a', { port: 'no' }),
      step(3, 'a', { port: 'yes' }),
    ]);
    expect(states.a?.ports).toEqual(['yes', 'no']);
  });

  it('tells listeners only of changes and keeps what did not change', () => {
    const overlay = createRunOverlay();
    overlay.show({ steps: [step(1, 'a'), step(2, 'b', { status: 'running', port: null })] });
    const before = overlay.getState().statuses;
    const heard = vi.fn();
    overlay.subscribe(heard);
    overlay.show({ steps: [step(1, 'a'), step(2, 'b', { status: 'running', port: null })] });
    expect(heard).not.toHaveBeenCalled();
    overlay.show({ steps: [step(1, 'a'), step(2, 'b')] });
    expect(heard).toHaveBeenCalledTimes(1);
    expect(overlay.getState().statuses.a).toBe(before.a);
    expect(overlay.getState().statuses.b?.status).toBe('done');
  });
});
