import ELK from 'elkjs/lib/elk.bundled.js';
import { produce } from 'immer';
import { boxOfStep, covers } from './boxes';
import { moveSteps } from './commands';
import { type Graph, type GraphNote, nodeByKey } from './document';
import { graph, NODE_TYPES, node } from './fixtures';
import { boxOfGroup, foldGroup, hiddenSteps, makeGroup, moveNotes, noteBox, putNoteIntoGroup } from './groups';
import { fromElk, toElk } from './layout';

const at = (x: number, y: number) => ({ position: { x, y } });
const note = (id: string, x: number, y: number): GraphNote => ({
  id,
  text: id,
  position: { x, y },
  size: null,
  colour: 'yellow',
});

/** Everything in a heap. */
const heap = graph(
  [
    node('start', 'start', at(120, 60)),
    node('check', 'condition', at(132, 72)),
    node('a', 'work', at(144, 84)),
    node('b', 'work', at(156, 96)),
    node('each', 'each', at(120, 60)),
    node('one', 'work', { ...at(36, 60), parent: 'each' }),
    node('two', 'work', { ...at(48, 72), parent: 'each' }),
    node('end', 'work', at(168, 108)),
    node('loose', 'work', at(120, 60)),
  ],
  ['start>check', 'check.yes>a', 'check.no>b', 'a>each', 'b>end', 'each>end', 'one>two'],
);

async function tidied(from: Graph, keys: string[] | null = null): Promise<Graph> {
  const root = await new ELK().layout(toElk(from, NODE_TYPES, keys));
  const { steps, notes } = fromElk(from, NODE_TYPES, keys, root);
  return produce(from, (draft) => {
    moveSteps(draft, steps);
    moveNotes(draft, notes);
  });
}

/** Pairs that lie upon each other; a group and what is not in it too. */
function overlaps(of: Graph): string[] {
  const hidden = hiddenSteps(of);
  const outer = of.nodes.filter((one) => !one.parent && !hidden.has(one.key));
  const inner = of.nodes.filter((one) => one.parent);
  const found: string[] = [];
  for (const level of [outer, inner]) {
    const boxes = level.map((one) => [one.key, boxOfStep(of, NODE_TYPES, one)] as const);
    boxes.forEach(([key, box], index) => {
      for (const [other, its] of boxes.slice(index + 1)) if (covers(box, its)) found.push(`${key} ${other}`);
    });
  }
  for (const group of of.groups.filter((one) => !one.collapsed)) {
    const border = boxOfGroup(of, NODE_TYPES, group);
    for (const one of outer) {
      if (!group.nodes.includes(one.key) && border && covers(border, boxOfStep(of, NODE_TYPES, one)))
        found.push(`${group.title} ${one.key}`);
    }
  }
  for (const paper of of.notes) {
    for (const one of outer) {
      if (covers(noteBox(paper), boxOfStep(of, NODE_TYPES, one))) found.push(`${paper.id} ${one.key}`);
    }
  }
  return found;
}

// ux: 50
test('a heap becomes a picture without overlaps; the first step stays, and a frame holds its inside', async () => {
  expect(overlaps(heap)).not.toEqual([]);
  const after = await tidied(heap);
  expect(overlaps(after)).toEqual([]);
  expect(nodeByKey(after, 'start')?.position).toEqual({ x: 120, y: 60 });
  const frame = nodeByKey(after, 'each');
  const two = nodeByKey(after, 'two');
  expect((two?.position.x ?? 0) + 240).toBeLessThan(frame?.size?.width ?? 0);
  expect(nodeByKey(after, 'check')?.position.x).toBeGreaterThan(120);
});

// ux: 46, 50
test('a group stays together with its notes, and nothing else comes to stand inside of it', async () => {
  const grouped = produce({ ...heap, notes: [note('n', 900, 900), note('by start', 120, -60)] }, (draft) => {
    makeGroup(draft, NODE_TYPES, ['a', 'each'], 'Work');
    putNoteIntoGroup(draft, 'n', draft.groups[0]?.id ?? null);
  });
  const after = await tidied(grouped);
  expect(overlaps(after)).toEqual([]);
  const border = boxOfGroup(after, NODE_TYPES, after.groups[0] as Graph['groups'][0]);
  expect(border && covers(border, noteBox(after.notes[0] as GraphNote))).toBe(true);
});

// ux: 46, 50
test('a folded group is one card, and what it hides keeps its places to each other', async () => {
  const folded = produce(heap, (draft) => {
    makeGroup(draft, NODE_TYPES, ['a', 'b'], 'Both');
    foldGroup(draft, NODE_TYPES, draft.groups[0]?.id ?? '', true);
  });
  const after = await tidied(folded);
  expect(overlaps(after)).toEqual([]);
  const [a, b] = [nodeByKey(after, 'a'), nodeByKey(after, 'b')];
  expect((b?.position.x ?? 0) - (a?.position.x ?? 0)).toBe(12);
});

// ux: 50
test('tidying some steps leaves the others alone and puts nothing upon them', async () => {
  const spread = produce(heap, (draft) => {
    const places: Record<string, [number, number]> = {
      start: [0, 0],
      check: [348, 0],
      loose: [348, 300],
      each: [348, 500],
    };
    moveSteps(
      draft,
      Object.entries(places).map(([key, [x, y]]) => ({ key, position: { x, y } })),
    );
  });
  const after = await tidied(spread, ['a', 'b', 'end']);
  for (const key of ['start', 'check', 'loose', 'each'])
    expect(nodeByKey(after, key)?.position).toEqual(nodeByKey(spread, key)?.position);
  expect(overlaps(after)).toEqual(['one two']);
});

// ux: 50
test('inside of a frame the chosen steps stay inside', async () => {
  const after = await tidied(heap, ['one', 'two']);
  expect(nodeByKey(after, 'one')?.position).toEqual({ x: 36, y: 60 });
  expect(nodeByKey(after, 'two')?.position.x).toBeGreaterThan(276);
});
