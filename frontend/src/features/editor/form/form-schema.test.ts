import type { RJSFSchema } from '@rjsf/utils';
import { drawnBy, kindsOf } from './field-kind';
import { formSchema, sameSettings, withoutGaps } from './form-schema';
import { formValidator } from './form-validator';

test('defaults become hints, so that opening a form changes nothing', () => {
  const drawn = formSchema({
    type: 'object',
    properties: { limit: { type: 'number', default: 5 }, any: { title: 'Any' } },
    additionalProperties: false,
  });
  expect(drawn).toEqual({
    type: 'object',
    properties: { limit: { type: 'number', 'x-default': 5 }, any: { title: 'Any', type: 'string', 'x-any': true } },
  });
});

test('settings are the same when they differ only by what is not there', () => {
  expect(sameSettings({ a: 1, b: undefined, c: [{ x: undefined }] }, { a: 1, c: [{}] })).toBe(true);
  expect(sameSettings({ a: 1 }, { a: '1' })).toBe(false);
  expect(sameSettings([], {})).toBe(false);
  expect(withoutGaps({ a: undefined, b: [undefined, { c: undefined }] })).toEqual({ b: [null, {}] });
});

test.each([
  ['text', { type: 'string' }, ['fixed', 'expr', 'text']],
  ['a number', { type: 'number' }, ['fixed', 'expr']],
  ['a condition', { type: 'boolean', 'x-widget': 'condition' }, ['expr', 'fixed']],
  ['a file', { type: 'object', properties: { file_id: {} }, 'x-widget': 'file' }, ['expr']],
  ['a list of anything', { type: 'array', items: {} }, ['expr']],
  ['a model', { type: 'string', 'x-asset-kind': 'model' }, ['fixed']],
  ['what the graph is drawn by', { type: 'string', 'x-literal': true }, ['fixed']],
])('%s can be given in these ways', (_, schema, kinds) => {
  expect(kindsOf(schema)).toEqual(kinds);
});

test.each([
  [{ type: 'object', additionalProperties: {} }, { 'ui:field': 'MapField' }],
  [{ type: 'array', items: { type: 'string' } }, { 'ui:field': 'WordsField' }],
  [{ type: 'string', 'x-widget': 'area' }, { 'ui:widget': 'AreaWidget' }],
  [{ type: 'string', enum: ['a'] }, { 'ui:widget': 'ChoiceWidget' }],
])('the schema %j is drawn by %j', (schema, part) => {
  expect(drawnBy(schema)).toEqual(part);
});

test('data is checked by reading the schema', () => {
  const schema: RJSFSchema = { type: 'object', required: ['a'], properties: { a: { type: 'number' } } };
  expect(formValidator.isValid(schema, { a: 1 }, schema)).toBe(true);
  expect(formValidator.isValid(schema, { a: 'x' }, schema)).toBe(false);
  expect(formValidator.validateFormData({}, schema).errors.length).toBeGreaterThan(0);
});
