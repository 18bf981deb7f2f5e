import { afterEach, expect, test, vi } from 'vitest';
import { ApiError, api } from './client';
import { careful, isAsked, why } from './why';

function refusal(code: string): ApiError {
  return new ApiError({ status: 422, code, title: '', detail: 'Say why.', problems: [] });
}

afterEach(() => vi.restoreAllMocks());

test('whoever is asked why has their words sent along', async () => {
  const post = vi
    .spyOn(api, 'post')
    .mockRejectedValueOnce(refusal('reason_missing'))
    .mockResolvedValue({ request: '1' });
  const sent = careful.post('grants', { level: 'use' });
  await vi.waitFor(() => expect(why.get()).not.toBeNull());
  why.get()?.answer('She runs it');
  expect(isAsked(await sent)).toBe(true);
  expect(post.mock.calls.map(([, body]) => body)).toEqual([{ level: 'use' }, { level: 'use', reason: 'She runs it' }]);
  expect(why.get()).toBeNull();
});

test('whoever would rather not say why sends nothing more', async () => {
  const post = vi.spyOn(api, 'post').mockRejectedValue(refusal('reason_missing'));
  const sent = careful.post('grants', {});
  await vi.waitFor(() => expect(why.get()).not.toBeNull());
  why.get()?.answer(null);
  await expect(sent).rejects.toThrow('Say why.');
  expect(post).toHaveBeenCalledTimes(1);
});

test('a second question waits until the first has its answer', async () => {
  const post = vi.spyOn(api, 'post').mockImplementation(async (_path, body) => {
    if (body && 'reason' in (body as object)) return { request: '1' };
    throw refusal('reason_missing');
  });
  const first = careful.post('grants', { level: 'use' });
  await vi.waitFor(() => expect(why.get()).not.toBeNull());
  const second = careful.post('grants', { level: 'edit' });
  await vi.waitFor(() => expect(post).toHaveBeenCalledTimes(2));
  why.get()?.answer('She runs it');
  await first;
  why.get()?.answer('She mends it');
  await second;
  expect(post.mock.calls.slice(2).map(([, body]) => body)).toEqual([
    { level: 'use', reason: 'She runs it' },
    { level: 'edit', reason: 'She mends it' },
  ]);
  expect(why.get()).toBeNull();
});

test('any other refusal asks nothing', async () => {
  vi.spyOn(api, 'post').mockRejectedValue(refusal('owns_it'));
  await expect(careful.post('grants', {})).rejects.toThrow();
  expect(why.get()).toBeNull();
});

test('only what waits for a second person counts as asked', () => {
  expect(isAsked({ request: '1' })).toBe(true);
  expect(isAsked({ request: '1', number: 2 })).toBe(false);
  expect(isAsked(undefined)).toBe(false);
});
