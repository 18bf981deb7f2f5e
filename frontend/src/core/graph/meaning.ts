import type { GraphNode } from './document';
import { formulaPath, isExpr, isText } from './formulas';

/** The one sentence on a card: a message key with its parts, or null when the settings say nothing yet. */
export type MeaningCode =
  | 'asks'
  | 'accepts'
  | 'when'
  | 'by'
  | 'each'
  | 'sets'
  | 'reads'
  | 'sorts'
  | 'extracts'
  | 'quote'
  | 'to'
  | 'calls'
  | 'waits'
  | 'until'
  | 'message'
  | 'stops';

export interface Meaning {
  code: MeaningCode;
  parts: Record<string, string | number>;
}

type Reader = (config: GraphNode['config']) => Meaning | null;

const say = (code: MeaningCode, parts: Record<string, string | number>): Meaning => ({ code, parts });

function words(value: unknown): string {
  if (isExpr(value)) {
    const path = formulaPath(value.$expr);
    return path ? String(path.at(-1)).replaceAll('_', ' ') : value.$expr;
  }
  if (isText(value))
    return value.$text.replace(/\{\{\s*([\s\S]*?)\s*\}\}/g, (_, formula: string) => `‹${formula.split('.').at(-1)}›`);
  return value === undefined || value === null ? '' : String(value);
}

const one =
  (field: string, code: MeaningCode): Reader =>
  (config) => {
    const text = words(config[field]);
    return text ? say(code, { value: text }) : null;
  };

const count =
  (field: string, code: MeaningCode): Reader =>
  (config) => {
    const list = config[field];
    return Array.isArray(list) && list.length > 0 ? say(code, { count: list.length }) : null;
  };

const READERS: Record<string, Reader> = {
  start_manual: count('fields', 'asks'),
  start_file: (config) => {
    const accept = Array.isArray(config.accept) ? config.accept : [];
    return accept.length > 0
      ? say('accepts', { value: accept.map((one) => String(one).replace('.', '').toUpperCase()).join(', ') })
      : null;
  },
  condition: (config) => (isExpr(config.when) && config.when.$expr ? say('when', { value: config.when.$expr }) : null),
  switch: one('value', 'by'),
  for_each: one('items', 'each'),
  set_fields: count('fields', 'sets'),
  parse_document: one('file', 'reads'),
  classify_text: one('text', 'sorts'),
  extract_fields: one('text', 'extracts'),
  approval: one('title', 'quote'),
  ask_person: one('title', 'quote'),
  compose_message: one('subject', 'quote'),
  send_mail: one('to', 'to'),
  http_request: (config) =>
    words(config.url) ? say('calls', { method: words(config.method) || 'GET', value: words(config.url) }) : null,
  stop_with_error: one('message', 'quote'),
  wait: (config) => {
    if (config.how === 'until') return words(config.until) ? say('until', { value: words(config.until) }) : null;
    const [value, unit] = [words(config.amount), words(config.unit) || 'hours'];
    return value ? say('waits', { value, unit: value === '1' ? unit.replace(/s$/, '') : unit }) : null;
  },
  wait_message: one('name', 'message'),
  send_message: one('name', 'message'),
  start_message: one('name', 'message'),
  start_form: one('title', 'quote'),
  cancel_steps: count('steps', 'stops'),
};

export function meaningOf(node: GraphNode): Meaning | null {
  return READERS[node.type]?.(node.config) ?? null;
}
