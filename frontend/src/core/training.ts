/** What a form has to ask before a model is trained: it follows from what the model is made to do. */

export interface TableColumn {
  name: string;
  kind: 'number' | 'choice' | 'text' | 'date';
  missing: number;
  different: number;
  examples: string[];
}

export interface TrainingForm {
  target: string;
  text: string;
  method: 'meaning' | 'words';
  outside: string;
  time: string;
  series: string;
  periods: number;
  left: string[];
}

export const EMPTY_FORM: TrainingForm = {
  target: '',
  text: '',
  method: 'meaning',
  outside: '',
  time: '',
  series: '',
  periods: 12,
  left: [],
};

const TRAINED = ['classify', 'predict', 'detect', 'forecast'] as const;
export type TrainedTask = (typeof TRAINED)[number];

export function isTrained(task: string): task is TrainedTask {
  return (TRAINED as readonly string[]).includes(task);
}

/** A form that fits the table, as far as that can be guessed. The target is usually the last column. */
export function guessed(task: TrainedTask, columns: readonly TableColumn[]): TrainingForm {
  const names = (kinds: TableColumn['kind'][]) =>
    columns.filter((one) => kinds.includes(one.kind)).map((one) => one.name);
  const last = (list: string[]) => list[list.length - 1] ?? '';
  if (task === 'forecast') return { ...EMPTY_FORM, time: names(['date'])[0] ?? '', target: last(names(['number'])) };
  if (task === 'detect') return EMPTY_FORM;
  if (task === 'predict') return { ...EMPTY_FORM, target: last(names(['choice', 'number'])) };
  const text = names(['text'])[0] ?? names(['choice'])[0] ?? '';
  return { ...EMPTY_FORM, text, target: last(names(['choice', 'number', 'text']).filter((name) => name !== text)) };
}

/** The names of the fields that still need an answer. */
export function missing(task: TrainedTask, form: TrainingForm): (keyof TrainingForm)[] {
  const needed: (keyof TrainingForm)[] =
    task === 'classify'
      ? ['target', 'text']
      : task === 'forecast'
        ? ['target', 'time']
        : task === 'predict'
          ? ['target']
          : [];
  return needed.filter((name) => form[name] === '');
}

/** The settings as the server names them; what was left as it is, is left out. */
export function parametersOf(
  task: TrainedTask,
  form: TrainingForm,
  columns: readonly TableColumn[],
): Record<string, unknown> {
  const time = form.time ? { time: form.time } : {};
  switch (task) {
    case 'classify':
      return {
        text: form.text,
        ...(form.method === 'meaning' ? {} : { method: form.method }),
        ...(form.outside.trim() ? { outside: form.outside.trim() } : {}),
        ...time,
      };
    case 'forecast':
      return { ...time, periods: form.periods, ...(form.series ? { series: form.series } : {}) };
    default: {
      if (form.left.length === 0) return time;
      const out = new Set([...form.left, form.target, form.time]);
      return { ...time, columns: columns.map((one) => one.name).filter((name) => !out.has(name)) };
    }
  }
}

/** The figure that says most, with its name: how often a model is right, or how far it is off. */
export function mainFigure(figures: Readonly<Record<string, unknown>>): { name: string; value: number } | null {
  for (const name of ['accuracy', 'average_precision', 'auroc', 'r2', 'smape', 'mae']) {
    const value = figures[name];
    if (typeof value === 'number') return { name, value };
  }
  return null;
}
