import { mapByName, takeOver, targetsOf } from './column-map';
import { readGraph } from './document';
import type { ScopeName } from './scope';

const name = (key: string, ...fields: string[]): ScopeName => ({
  name: key,
  label: key,
  kind: 'step',
  node: key,
  schema: { type: 'object', properties: Object.fromEntries(fields.map((field) => [field, {}])) },
});
const NAMES = [name('trigger', 'amount', 'due_date'), name('read', 'total')];
const VALUES = { read: { 'Due Date': '2026-03-01', total: 5 } };

// ux: 68
test('the fields of a workflow are those its start asks for', () => {
  const fields = [
    { key: 'amount', label: 'Amount in euro', type: 'number', required: true },
    { key: 'due_date', label: 'Due', type: 'date' },
  ];
  const graph = readGraph({ nodes: [{ key: 's', type: 'start_manual', config: { fields } }] });
  expect(targetsOf(graph)).toEqual([
    { key: 'amount', label: 'Amount in euro', type: 'number', required: true },
    { key: 'due_date', label: 'Due', type: 'date', required: false },
  ]);
  expect(targetsOf(readGraph({ nodes: [{ key: 's', type: 'start_file' }] }))).toBeNull();
});

// ux: 68
test('fields of the same name are mapped at once, the nearest step first, and nothing that is filled in is touched', () => {
  const targets = ['amount', 'due_date', 'note', 'total'].map((key) => ({
    key,
    label: key,
    type: 'text' as const,
    required: false,
  }));
  const mapped = [{ name: 'total', value: 3 }];
  expect(mapByName(targets, mapped, NAMES, VALUES)).toEqual([
    { name: 'total', value: 3 },
    { name: 'amount', value: { $expr: 'trigger.amount' } },
    { name: 'due_date', value: { $expr: 'read["Due Date"]' } },
  ]);
});

// ux: 68
test('all fields of a step are taken over under names that formulas can use', () => {
  expect(takeOver(NAMES[1] as ScopeName, VALUES, ['total'])).toEqual([
    { name: 'Due_Date', value: { $expr: 'read["Due Date"]' } },
  ]);
});
