import { ERASED } from './erased';
import { changesOf, factsOf, refusedVerb, type TrailEntry } from './trail';

const entry = (given: Partial<TrailEntry>): TrailEntry => ({
  seq: 1,
  at: '2026-01-01T10:00:00Z',
  actor: { kind: 'person', id: 'p1', name: 'Maria' },
  action: 'workflow.shared',
  object: { type: 'workflow', id: 'w1', name: 'Invoices' },
  result: 'done',
  reason: '',
  before: null,
  after: null,
  detail: null,
  sentence: '',
  ...given,
});

describe('entries of the trail', () => {
  // ux: 153
  it('name what their sentence is about', () => {
    const shared = entry({ detail: { person: 'Vera' }, after: { level: 'use', version: 3 } });
    expect(factsOf(shared)).toMatchObject({ name: '“Invoices”', whom: '“Vera”', version: '3', owner: '' });
    expect(factsOf(entry({ detail: { team: 'Buying' } })).whom).toBe('“Buying”');
  });

  it('leave open who was erased, without quotes around nobody', () => {
    const told = entry({ object: { type: 'member', id: 'm1', name: ERASED }, detail: { person: ERASED } });
    expect(factsOf(told, undefined, 'somebody')).toMatchObject({ name: 'somebody', whom: 'somebody' });
  });

  it('say what was refused', () => {
    expect(refusedVerb(entry({ result: 'denied', detail: { verb: 'workflow:publish' } }))).toBe('workflow:publish');
    expect(refusedVerb(entry({}))).toBeNull();
  });

  // ux: 153
  it('tell what was different, without fingerprints that tell nobody anything', () => {
    const changes = changesOf({
      before: { level: 'use', expires_at: null, content_hash: 'aa' },
      after: { level: 'edit', expires_at: null, content_hash: 'bb' },
    });
    expect(changes).toEqual([
      { field: 'level', before: 'use', after: 'edit', changed: true },
      { field: 'expires_at', before: null, after: null, changed: false },
    ]);
  });
});
