import { shownSettings } from './shown';

const KEYS = ['kind', 'every', 'unit', 'at', 'weekdays', 'month_days', 'last_day', 'cron', 'time_zone', 'overlap'];

test.each([
  [{}, ['kind', 'at', 'time_zone', 'overlap']],
  [{ kind: 'every' }, ['kind', 'every', 'unit', 'overlap']],
  [{ kind: 'weekly' }, ['kind', 'at', 'weekdays', 'time_zone', 'overlap']],
  [{ kind: 'cron' }, ['kind', 'cron', 'time_zone', 'overlap']],
])('a schedule with %j asks for %j', (config, shown) => {
  expect(shownSettings('start_schedule', config, KEYS)).toEqual(shown);
});

test.each([
  [{}, ['how', 'amount', 'unit']],
  [{ how: 'until' }, ['how', 'until', 'time_zone']],
])('a wait with %j asks for %j', (config, shown) => {
  expect(shownSettings('wait', config, ['how', 'amount', 'unit', 'until', 'time_zone'])).toEqual(shown);
});

test.each([
  [{}, ['asset', 'form']],
  [{ form: 'fields' }, ['asset', 'form', 'fields']],
  [{ form: 'schema' }, ['asset', 'form', 'json_schema']],
])('a question to a model with %j asks for %j', (config, shown) => {
  expect(shownSettings('ask_model', config, ['asset', 'form', 'fields', 'json_schema'])).toEqual(shown);
});

test('what is not known is not hidden', () => {
  expect(shownSettings('start_schedule', { kind: 'lunar' }, KEYS)).toEqual(KEYS);
  expect(shownSettings('condition', {}, ['when'])).toEqual(['when']);
});
