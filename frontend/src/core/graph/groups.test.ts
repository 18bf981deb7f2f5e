import { produce } from 'immer';
import { connect, moveSteps } from './commands';
import { CARD, type Graph, readGraph, writeGraph } from './document';
import { graph, linesOf, NODE_TYPES, node } from './fixtures';
import {
  boxOfGroup,
  changeGroup,
  foldGroup,
  grownGroups,
  hiddenNotes,
  hiddenSteps,
  joinGroupsUnder,
  joinNotesUnder,
  keepGroups,
  leaveGroups,
  makeGroup,
  moveGroup,
  putNoteIntoGroup,
  refuseGroup,
  ungroup,
} from './groups';

const at = (x: number, y = 0) => ({ position: { x, y } });
const note = (id: string, x: number, y: number) => ({ id, text: id, position: { x, y }, size: null, colour: 'yellow' });

const flow = graph(
  [
    node('start', 'start', at(0)),
    node('a', 'work', at(348)),
    node('b', 'work', at(696)),
    node('c', 'work', at(1044)),
    node('each', 'each', at(348, 300)),
    node('inner', 'work', { ...at(36, 60), parent: 'each' }),
  ],
  ['start>a', 'a>b', 'b>c'],
);

const grouped = (keys: string[], from: Graph = flow) =>
  produce(from, (draft) => {
    makeGroup(draft, NODE_TYPES, keys, 'Reading');
  });
const change = (from: Graph, recipe: (draft: Graph) => void) =>
  produce(from, (draft) => {
    recipe(draft);
    keepGroups(from, draft);
  });
const idOf = (of: Graph) => of.groups[0]?.id ?? '';

// ux: 46
test('two steps make a group, one does not, nor do steps on two sides of a frame', () => {
  expect(refuseGroup(flow, ['a', 'b'])).toBeNull();
  expect(refuseGroup(flow, ['a'])).toBe('few');
  expect(refuseGroup(flow, ['each', 'inner'])).toBe('few');
  expect(refuseGroup(flow, ['a', 'inner'])).toBe('border');
});

// ux: 46
test('taking a group apart keeps its steps and lines', () => {
  const one = grouped(['a', 'b']);
  const apart = change(one, (draft) => ungroup(draft, idOf(one)));
  expect(apart.groups).toEqual([]);
  expect(linesOf(apart)).toEqual(linesOf(flow));
  expect(apart.nodes).toEqual(flow.nodes);
});

// ux: 46
test('a title is trimmed, and an empty one changes nothing', () => {
  const one = grouped(['a', 'b']);
  expect(change(one, (draft) => changeGroup(draft, idOf(one), { title: '  Checks ' })).groups[0]?.title).toBe('Checks');
  expect(change(one, (draft) => changeGroup(draft, idOf(one), { title: '  ' })).groups[0]?.title).toBe('Reading');
});

// ux: 46
test('a group moves with everything in it', () => {
  const one = change(grouped(['a', 'b']), (draft) => {
    draft.notes.push(note('n', 400, 100));
    putNoteIntoGroup(draft, 'n', draft.groups[0]?.id ?? null);
  });
  const moved = change(one, (draft) => moveGroup(draft, idOf(one), { x: 120, y: -60 }));
  expect(moved.nodes.map((each) => each.position.x)).toEqual([0, 468, 816, 1044, 348, 36]);
  expect(moved.notes[0]?.position).toEqual({ x: 516, y: 36 });
});

// ux: 46, 48
test('a folded group hides its steps, what stands inside of them, and its notes', () => {
  const one = change(grouped(['c', 'each']), (draft) => {
    draft.notes.push(note('n', 400, 100));
    putNoteIntoGroup(draft, 'n', draft.groups[0]?.id ?? null);
    foldGroup(draft, NODE_TYPES, draft.groups[0]?.id ?? '', true);
  });
  expect([...hiddenSteps(one).keys()].sort()).toEqual(['c', 'each', 'inner']);
  expect(hiddenNotes(one)).toEqual(new Set(['n']));
});

// ux: 46
test('opening a group pushes away what was put in its place meanwhile', () => {
  const one = grouped(['a', 'b']);
  const folded = change(one, (draft) => {
    foldGroup(draft, NODE_TYPES, idOf(one), true);
    moveSteps(draft, [{ key: 'c', position: { x: 720, y: 0 } }]);
  });
  const open = change(folded, (draft) => foldGroup(draft, NODE_TYPES, idOf(one), false));
  const box = boxOfGroup(open, NODE_TYPES, open.groups[0] as Graph['groups'][0]);
  expect(open.nodes.find((each) => each.key === 'c')?.position.x).toBeGreaterThan((box?.x ?? 0) + (box?.width ?? 0));
  expect(open.nodes.find((each) => each.key === 'start')?.position.x).toBe(0);
});

// ux: 47
test('a step that a new line puts between two members joins them; one that stood there before does not', () => {
  const loose = graph([node('a'), node('x'), node('b')], ['a>x']);
  const one = grouped(['a', 'b'], loose);
  const joined = change(one, (draft) => {
    connect(draft, NODE_TYPES, { node: 'x', port: 'out' }, { node: 'b', port: 'in' });
  });
  expect(joined.groups[0]?.nodes).toEqual(['a', 'b', 'x']);
  expect(grownGroups(one, joined, NODE_TYPES).map((group) => group.title)).toEqual(['Reading']);

  const around = grouped(['a', 'c']);
  const more = change(around, (draft) => {
    draft.edges.push({ ...(flow.edges[0] as Graph['edges'][0]), id: 'new', target: 'c' });
  });
  expect(more.groups[0]?.nodes).toEqual(['a', 'c']);
});

// ux: 47
test('a member that is dragged away makes the group larger; moving all of them does not', () => {
  const one = grouped(['a', 'b']);
  const out = change(one, (draft) => moveSteps(draft, [{ key: 'b', position: { x: 696, y: 480 } }]));
  expect(grownGroups(one, out, NODE_TYPES)).toHaveLength(1);
  expect(boxOfGroup(out, NODE_TYPES, out.groups[0] as Graph['groups'][0])?.height).toBe(480 + CARD.height + 84);
  const all = change(one, (draft) => moveGroup(draft, idOf(one), { x: 12, y: 480 }));
  expect(grownGroups(one, all, NODE_TYPES)).toEqual([]);
});

// ux: 47, 48
test('what is dropped inside the border joins, but not when it is folded', () => {
  const one = grouped(['a', 'b'], { ...flow, notes: [note('n', 480, 40)] });
  expect(one.groups[0]?.notes).toEqual([]);
  const dropped = change(one, (draft) => {
    moveSteps(draft, [{ key: 'c', position: { x: 480, y: 24 } }]);
    joinGroupsUnder(draft, NODE_TYPES, ['c']);
  });
  expect(dropped.groups[0]?.nodes).toEqual(['a', 'b', 'c']);
  const noted = change(dropped, (draft) => {
    (draft.notes[0] as Graph['notes'][0]).position = { x: 480, y: -36 };
    joinNotesUnder(draft, NODE_TYPES, ['n']);
  });
  expect(noted.groups[0]?.notes).toEqual(['n']);
  const folded = change(one, (draft) => {
    foldGroup(draft, NODE_TYPES, idOf(one), true);
    moveSteps(draft, [{ key: 'c', position: { x: 480, y: 24 } }]);
    joinGroupsUnder(draft, NODE_TYPES, ['c']);
  });
  expect(folded.groups[0]?.nodes).toEqual(['a', 'b']);
});

// ux: 46
test('what is deleted or put into a frame is in no group any more, and a group of nothing is gone', () => {
  const one = grouped(['a', 'b']);
  const less = change(one, (draft) => {
    draft.nodes = draft.nodes.filter((each) => each.key !== 'b');
  });
  expect(less.groups[0]?.nodes).toEqual(['a']);
  const inside = change(one, (draft) => {
    (draft.nodes[2] as Graph['nodes'][0]).parent = 'each';
  });
  expect(inside.groups[0]?.nodes).toEqual(['a']);
  expect(change(one, (draft) => leaveGroups(draft, ['a', 'b'])).groups).toEqual([]);
});

// ux: 46
test('a step is in one group at most', () => {
  const two = grouped(['b', 'c'], grouped(['start', 'a', 'b']));
  expect(two.groups.map((group) => group.nodes)).toEqual([
    ['start', 'a'],
    ['b', 'c'],
  ]);
});

test('a document without groups is sent as it always was, and one with groups comes back', () => {
  expect(writeGraph(flow)).not.toHaveProperty('groups');
  const one = grouped(['a', 'b']);
  expect(readGraph(writeGraph(one)).groups).toEqual(one.groups);
});
