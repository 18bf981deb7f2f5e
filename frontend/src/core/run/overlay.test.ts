import { readGraph } from '../graph/document';
import type { RunStep } from './model';
import { createRunOverlay, nodeStates, wasThere } from './overlay';

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

  // ux: 88
  it('paints neither a step nor a line that was added after the run', () => {
    const graph = readGraph({
      schema: 'graph@1',
      nodes: [],
      edges: [{ id: 'e', source: 'a', source_port: 'out', target: 'b' }],
      notes: [],
    });
    const overlay = createRunOverlay();
    overlay.show({ steps: [step(1, 'a'), step(2, 'b')], graph });
    overlay.forget(['b']);
    expect(Object.keys(overlay.getState().statuses)).toEqual(['a']);
    const { lines } = overlay.getState();
    expect(wasThere(lines, { source: 'a', source_port: 'out', target: 'b' })).toBe(true);
    expect(wasThere(lines, { source: 'a', source_port: 'out', target: 'c' })).toBe(false);
  });

  // ux: 104
  it('follows one item, and with it what was done before and after the loop', () => {
    const overlay = createRunOverlay();
    const steps = [
      step(1, 'list'),
      step(2, 'each', { count: 2 }),
      step(3, 'check', { scope: 'each.0' }),
      step(4, 'check', { scope: 'each.1', status: 'failed', port: null }),
    ];
    overlay.show({ steps });
    expect(overlay.getState().statuses.check?.status).toBe('failed');
    overlay.follow({ each: 0 });
    expect(overlay.getState().statuses.check).toMatchObject({ status: 'done', count: 1 });
    expect(overlay.getState().statuses.list?.status).toBe('done');
    overlay.follow({});
    expect(overlay.getState().statuses.check?.status).toBe('failed');
  });
});
