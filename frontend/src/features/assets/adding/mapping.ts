import type { Schemas } from '@/api/types';
import { number, text } from './remote-values';
import type { Task } from './ways';

/** How the values of a task become the tensors of a model, and its tensors the answer; as a form holds it. */

export type Slot = Schemas['Slot'];

export const DATATYPES = ['FP32', 'FP64', 'INT32', 'INT64', 'BOOL', 'BYTES'] as const;
export type Datatype = (typeof DATATYPES)[number];

export interface InputValues {
  tensor: string;
  datatype: Datatype;
  /** Names of values, side by side in a row. */
  fields: string[];
  /** Stands where there is no value; empty: a missing value is an error. */
  missing: string;
  flat: boolean;
}

export const OUTPUTS = ['scores', 'label', 'value', 'low', 'high', 'score', 'vectors'] as const;
export type OutputName = (typeof OUTPUTS)[number];

export interface MappingValues {
  inputs: InputValues[];
  /** By what is read: the tensor it is read from; empty: it is not read. */
  outputs: Record<OutputName, string>;
  /** By what is read: which of several numbers; empty: the only one. */
  columns: Record<OutputName, number | ''>;
  labels: string[];
  logits: boolean;
  medium_from: number | '';
  high_from: number | '';
  unusual_from: number | '';
}

type Config = Readonly<Record<string, unknown>>;

/** What is read of a model that does this. */
export function outputsOf(task: Task | ''): readonly OutputName[] {
  switch (task) {
    case 'classify':
      return ['scores', 'label'];
    case 'predict':
      return ['value', 'low', 'high', 'label', 'scores'];
    case 'score':
    case 'detect':
      return ['score'];
    case 'embed':
      return ['vectors'];
    default:
      return [];
  }
}

export const EMPTY: MappingValues = {
  inputs: [],
  outputs: { scores: '', label: '', value: '', low: '', high: '', score: '', vectors: '' },
  columns: { scores: '', label: '', value: '', low: '', high: '', score: '', vectors: '' },
  labels: [],
  logits: false,
  medium_from: '',
  high_from: '',
  unusual_from: '',
};

export function readMapping(config: Config | null | undefined): MappingValues {
  const inputs = Array.isArray(config?.inputs) ? (config.inputs as Config[]) : [];
  const outputs = (config?.outputs ?? {}) as Config;
  const told = (name: OutputName) => (outputs[name] ?? {}) as Config;
  return {
    inputs: inputs.map((one) => ({
      tensor: text(one.tensor),
      datatype: datatypeOf(text(one.datatype)),
      fields: Array.isArray(one.fields) ? one.fields.map(String) : [],
      missing: one.missing === null || one.missing === undefined ? '' : String(one.missing),
      flat: one.flat === true,
    })),
    outputs: byName((name) => text(told(name).tensor)),
    columns: byName((name) => number(told(name).column)),
    labels: Array.isArray(outputs.labels) ? outputs.labels.map(String) : [],
    logits: outputs.logits === true,
    medium_from: number(outputs.medium_from),
    high_from: number(outputs.high_from),
    unusual_from: number(outputs.unusual_from),
  };
}

/** `inputs` and `outputs` of a version; what belongs to other tasks, or was left empty, is left out. */
export function writeMapping(values: MappingValues, task: Task | ''): { inputs: object[]; outputs: object } {
  const read = outputsOf(task).filter((name) => values.outputs[name] !== '');
  const limits = { score: ['medium_from', 'high_from'], detect: ['unusual_from'] } as const;
  const limited = task === 'score' || task === 'detect' ? limits[task] : [];
  return {
    inputs: values.inputs.map(({ missing, flat, ...one }) => ({
      ...one,
      ...(missing.trim() === '' ? {} : { missing: one.datatype === 'BYTES' ? missing : Number(missing) }),
      ...(flat ? { flat } : {}),
    })),
    outputs: {
      ...Object.fromEntries(
        read.map((name) => {
          const column = values.columns[name];
          return [name, { tensor: values.outputs[name], ...(column === '' ? {} : { column }) }];
        }),
      ),
      ...(values.labels.length > 0 && namesLabels(task) ? { labels: values.labels } : {}),
      ...(values.logits && read.includes('scores') ? { logits: true } : {}),
      ...Object.fromEntries(limited.filter((name) => values[name] !== '').map((name) => [name, values[name]])),
    },
  };
}

/** Whether the answers of this task are labels that can be named. */
export function namesLabels(task: Task | ''): boolean {
  return task === 'classify' || task === 'predict';
}

/** A beginning that fits what a model takes and gives; what was entered for slots of the same name stays. */
export function fitting(
  slots: { inputs: Slot[]; outputs: Slot[]; fields?: string[]; labels?: string[] },
  task: Task | '',
  now: MappingValues,
): MappingValues {
  const known = new Map(now.inputs.map((one) => [one.tensor, one]));
  const inputs = slots.inputs.map((slot) => {
    const datatype = datatypeOf(slot.kind);
    const flat = slot.shape.length === 1;
    const before = known.get(slot.name);
    const fields = slots.fields?.length ? slots.fields : fieldsFor(slot);
    return { tensor: slot.name, fields, missing: '', ...before, datatype, flat };
  });
  const given = new Set(slots.outputs.map(({ name }) => name));
  const kept = byName((name) => (given.has(now.outputs[name]) ? now.outputs[name] : ''));
  const read = outputsOf(task);
  const first = read[0];
  if (first && read.every((name) => kept[name] === '')) {
    const same = read.filter((name) => given.has(name));
    const found = likely(first, slots.outputs);
    if (found) kept[first] = found;
    else if (same.length > 0) for (const name of same) kept[name] = name;
    else kept[first] = slots.outputs[0]?.name ?? '';
  }
  // Of two labels the second is what is looked for.
  const ofTwo = widthOf(slots.outputs.find(({ name }) => name === kept.score)) === 2;
  const columns = ofTwo && now.columns.score === '' ? { ...now.columns, score: 1 } : now.columns;
  const labels = now.labels.length === 0 ? (slots.labels ?? []) : now.labels;
  return { ...now, inputs, outputs: kept, columns, labels };
}

/** Texts are called `text`; rows of one number need one name, of which nobody knows anything yet. */
function fieldsFor(slot: Slot): string[] {
  return slot.kind === 'BYTES' ? ['text'] : [];
}

function likely(name: OutputName, outputs: Slot[]): string | undefined {
  const called = { scores: /prob|score|logit/i, vectors: /vector|embed/i } as Partial<Record<OutputName, RegExp>>;
  const wanted = called[name];
  return wanted && outputs.find((slot) => wanted.test(slot.name))?.name;
}

/** How many values a row of this input has; null: any number. */
export function widthOf(slot: Slot | undefined): number | null {
  if (!slot || slot.shape.length < 2) return slot ? 1 : null;
  return slot.shape.at(-1) ?? null;
}

/** Whether one of several numbers has to be chosen in this output. */
export function hasColumns(slot: Slot | undefined): boolean {
  return slot !== undefined && slot.shape.length > 1 && slot.shape.at(-1) !== 1;
}

function datatypeOf(kind: string): Datatype {
  return DATATYPES.find((one) => one === kind) ?? 'FP32';
}

function byName<T>(of: (name: OutputName) => T): Record<OutputName, T> {
  return Object.fromEntries(OUTPUTS.map((name) => [name, of(name)])) as Record<OutputName, T>;
}
