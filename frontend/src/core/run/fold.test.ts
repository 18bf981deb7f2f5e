import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { applyEvents } from './fold';
import type { EventKind, Run, RunEvent } from './model';

interface Contract {
  name: string;
  snapshot_before: Run;
  events: RunEvent[];
  snapshot_after: Run;
}

const FOLDER = join(import.meta.dirname, '../../../../tests/contracts');
const contracts = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Contract)
  .filter((contract) => 'snapshot_before' in contract);

const named = (name: string) => contracts.find((contract) => contract.name === name) as Contract;

describe('the fold agrees with the server', () => {
  it.each(contracts.map((contract) => [contract.name, contract] as const))('%s', (_, contract) => {
    const { run, gap } = applyEvents(contract.snapshot_before, contract.events);
    expect(run).toEqual(contract.snapshot_after);
    expect(gap).toBeNull();
  });
});

describe('numbered batches', () => {
  const { snapshot_before: before, events, snapshot_after: after } = named('approval_and_retry');

  it('gives the same run however the log is cut into batches', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: events.length - 1 }), { maxLength: 4 }), (cuts) => {
        const edges = [0, ...[...cuts].sort((a, b) => a - b), events.length];
        let run = before;
        for (let index = 1; index < edges.length; index += 1) {
          run = applyEvents(run, events.slice(edges[index - 1], edges[index])).run;
        }
        expect(run).toEqual(after);
      }),
    );
  });

  it('drops what it has and changes nothing then', () => {
    const { run } = applyEvents(after, events);
    expect(run).toBe(after);
  });

  it('sorts a batch that arrives out of order', () => {
    expect(applyEvents(before, [...events].reverse()).run).toEqual(after);
  });

  it('stops at a gap and says from where to read on', () => {
    const { run, gap } = applyEvents(before, [...events.slice(0, 3), ...events.slice(5)]);
    expect(run.seq).toBe(3);
    expect(gap).toBe(3);
    expect(applyEvents(run, events.slice(3)).run).toEqual(after);
  });

  it('leaves the snapshot it was given untouched', () => {
    const copy = structuredClone(before);
    applyEvents(before, events);
    expect(before).toEqual(copy);
  });
});

describe('while a run goes on', () => {
  const { snapshot_before: before, events } = named('approval_and_retry');

  it('waits for the person as soon as nothing else works, and says for what', () => {
    const { run } = applyEvents(before, events.slice(0, 4));
    expect(run.status).toBe('waiting');
    expect(run.waiting_for).toBe('Check the invoice of Nordwind AG');
  });

  it('runs again once the person has answered', () => {
    const { run } = applyEvents(before, events.slice(0, 5));
    expect(run.status).toBe('running');
    expect(run.waiting_for).toBeNull();
  });

  it('shows when a failed step is tried again', () => {
    const { run } = applyEvents(before, events.slice(0, 7));
    const reply = run.steps.find((step) => step.node === 'reply');
    expect(reply).toMatchObject({ status: 'waiting', retry_at: '2026-03-02T09:00:14+00:00', ended_at: null });
  });
});

describe('what people and loops do to a run', () => {
  const { snapshot_before: before, events } = named('approval_and_retry');
  const waiting = applyEvents(before, events.slice(0, 4)).run;
  const asked = waiting.steps.find((step) => step.status === 'needs_person') as Run['steps'][0];
  const next = (run: Run, kind: EventKind, body: unknown) =>
    applyEvents(run, [{ seq: run.seq + 1, kind, at: '2026-03-02T10:00:00+00:00', body }]).run;
  const place = { step: asked.step, node: asked.node, scope: asked.scope };

  it('stays paused whatever still ends, and goes on as its steps say', () => {
    const paused = next(waiting, 'run_paused', { by: 'Maria', reason: '' });
    expect(paused.status).toBe('paused');
    const ending = next(paused, 'step_skipped', { step: 99, node: 'other', scope: '' });
    expect(ending.status).toBe('paused');
    expect(next(ending, 'run_resumed', { by: 'Maria' }).status).toBe('waiting');
  });

  it('asks about an unknown outcome until somebody answers', () => {
    const unknown = next(waiting, 'step_unknown', { ...place, attempt: 1 });
    expect(unknown.steps.find((step) => step.step === asked.step)?.status).toBe('needs_review');
    const answered = next(unknown, 'review_answered', { ...place, answer: 'retry', by: 'Maria', note: '' });
    expect(answered.steps.find((step) => step.step === asked.step)).toMatchObject({
      status: 'waiting',
      retry_at: '2026-03-02T10:00:00+00:00',
    });
    const done = next(unknown, 'review_answered', { ...place, answer: 'done', by: 'Maria', note: '' });
    expect(done.steps).toEqual(unknown.steps);
  });

  it('waits for what is tried instead of a failed step', () => {
    const error = { category: 'outside', code: 'x', message: 'No.' };
    const failed = { ...place, attempt: 1, error, handled: 'fallback', retry_at: null, value: null, started_at: null };
    expect(next(waiting, 'step_failed', failed).steps.find((step) => step.step === asked.step)).toMatchObject({
      status: 'waiting',
      ended_at: null,
    });
  });

  it('adds up what the pieces of a long loop report', () => {
    const one = next(waiting, 'chunk_ended', { ...place, chunk: 0, ok: 499, failed: 1, value: null });
    const two = next(one, 'chunk_ended', { ...place, chunk: 1, ok: 500, failed: 0, value: null });
    expect(two.steps.find((step) => step.step === asked.step)?.facts).toEqual({ ok: 999, failed: 1, chunks: 2 });
  });

  it.each(['loop_decided', 'undo_started'] as const)('%s changes no step', (kind) => {
    const after = next(waiting, kind, { header: asked.node, scope: '', round: 0, again: true });
    expect(after).toEqual({ ...waiting, seq: waiting.seq + 1 });
  });
});
