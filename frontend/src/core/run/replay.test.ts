import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Run, RunEvent } from './model';
import { replayOf } from './replay';

const FOLDER = join(import.meta.dirname, '../../../../tests/contracts');
const read = (name: string) =>
  JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as { events: RunEvent[]; snapshot_after: Run };

it('shows what had happened at each moment, forwards and backwards', () => {
  const { events, snapshot_after: end } = read('approval_and_retry');
  const replay = replayOf(end, events);
  expect(replay.length).toBe(events.length);
  expect(replay.at(0)).toMatchObject({ status: 'queued', steps: [], ended_at: null });
  expect(replay.at(events.length).steps).toEqual(end.steps);
  expect(replay.at(events.length).status).toBe(end.status);
  expect(replay.at(1).steps).toHaveLength(1);
  expect(replay.event(1)?.kind).toBe('run_started');
});

it('gives the same moment whatever was looked at before, also far into a long run', () => {
  const { events, snapshot_after: end } = read('approval_and_retry');
  const [first, ...rest] = events as [RunEvent, ...RunEvent[]];
  const started = rest.find((event) => event.kind === 'step_done' || event.kind === 'step_started') as RunEvent;
  const many = Array.from({ length: 900 }, (_, index) => ({
    ...started,
    seq: index + 2,
    body: { ...started.body, step: index + 2 },
  }));
  const replay = replayOf(end, [first, ...many]);
  const late = replay.at(777);
  expect(late.steps).toHaveLength(777);
  expect(replay.at(3).steps).toHaveLength(3);
  expect(replay.at(777)).toEqual(late);
});

// ux: 89
it('leaves no step at work in a run that was stopped', () => {
  const { snapshot_after: end } = read('stopped');
  expect(end.status).toBe('cancelled');
  expect(end.ended_at).not.toBeNull();
  expect(end.steps.filter((step) => ['running', 'waiting', 'pending'].includes(step.status))).toEqual([]);
});
