import type { JsonSchema } from '@/core/graph/document';
import { kindOf, type ValueKind } from '@/core/graph/formulas';
import { propertiesOf } from '@/core/graph/schema';

const FROM_BEFORE = new Set(['file', 'files', 'condition', 'formula']);

/** A list whose members a person writes one by one, each with settings of its own. */
export function isListOfRecords(schema: JsonSchema): boolean {
  return (
    schema.type === 'array' &&
    !FROM_BEFORE.has(String(schema['x-widget'])) &&
    !LIST_FIELDS[String(schema['x-widget'])] &&
    propertiesOf(itemsOf(schema)).length > 0
  );
}

/** A list of words or of fixed choices. */
export function isListOfWords(schema: JsonSchema): boolean {
  return schema.type === 'array' && ['string', 'number', 'integer'].includes(String(itemsOf(schema).type));
}

/** Names and values that a person makes up. */
export function isMap(schema: JsonSchema): boolean {
  return schema.type === 'object' && propertiesOf(schema).length === 0;
}

export function isRecord(schema: JsonSchema): boolean {
  return propertiesOf(schema).length > 0 && schema['x-widget'] !== 'file';
}

export function itemsOf(schema: JsonSchema): JsonSchema {
  return (schema.items as JsonSchema | undefined) ?? {};
}

/** The ways a setting can be given, the natural one first. */
export function kindsOf(schema: JsonSchema): ValueKind[] {
  if (schema['x-literal'] || schema['x-asset-kind'] || schema.const !== undefined || isListOfRecords(schema))
    return ['fixed'];
  if (LIST_FIELDS[String(schema['x-widget'])]) return ['fixed'];
  if (schema['x-widget'] === 'condition') return ['expr', 'fixed'];
  if (FROM_BEFORE.has(String(schema['x-widget']))) return ['expr'];
  if (schema.type === 'array') return listKinds(schema);
  if (schema.enum || schema.type === 'boolean' || schema.type === 'number' || schema.type === 'integer')
    return ['fixed', 'expr'];
  if (schema.type === 'object') return ['fixed', 'expr'];
  return ['fixed', 'expr', 'text'];
}

/** A list whose example comes from an earlier step will mostly do so; others are written down. */
function listKinds(schema: JsonSchema): ValueKind[] {
  if (!isListOfWords(schema)) return ['expr'];
  const [example] = (schema.examples as unknown[] | undefined) ?? [];
  return kindOf(example) === 'expr' ? ['expr', 'fixed'] : ['fixed', 'expr'];
}

const WIDGETS: Record<string, string> = {
  area: 'AreaWidget',
  asset: 'AssetWidget',
  choice: 'ChoiceWidget',
  credential: 'CredentialWidget',
  json: 'JsonWidget',
  code: 'CodeWidget',
  workflow: 'WorkflowWidget',
  clock: 'ClockWidget',
  'time-zone': 'TimeZoneWidget',
  moment: 'MomentWidget',
};

/** Lists with a part of their own. */
const LIST_FIELDS: Record<string, string> = {
  weekdays: 'WeekdaysField',
  steps: 'StepsField',
  'form-fields': 'QuestionsField',
};

/** Which part of the form draws a fixed value of this shape. */
export function drawnBy(schema: JsonSchema): Record<string, string> {
  if (isListOfRecords(schema)) return {};
  const list = LIST_FIELDS[String(schema['x-widget'])];
  if (list) return { 'ui:field': list };
  if (isMap(schema)) return { 'ui:field': 'MapField' };
  if (isListOfWords(schema)) return { 'ui:field': 'WordsField' };
  if (schema.enum) return { 'ui:widget': 'ChoiceWidget' };
  if (schema.type === 'boolean') return { 'ui:widget': 'SwitchWidget' };
  if (schema.type === 'number' || schema.type === 'integer') return { 'ui:widget': 'NumberWidget' };
  const widget = WIDGETS[String(schema['x-widget'])];
  return { 'ui:widget': widget ?? 'LineWidget' };
}
