import { ApiError, address, api, reachability } from './client';

afterEach(() => vi.unstubAllGlobals());

function serve(...responses: (Response | Error)[]) {
  const calls: [string, RequestInit][] = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    calls.push([path, init]);
    const next = responses.shift();
    if (next instanceof Response) return next;
    throw next ?? new Error('no answer left');
  });
  return calls;
}

describe('requests', () => {
  it('leave empty filters out of the address', () => {
    expect(address('/api/runs', { status: 'failed', mode: undefined, search: '', page: 0 })).toBe(
      '/api/runs?status=failed&page=0',
    );
  });

  it('send the token of the cookie with every change', async () => {
    // biome-ignore lint/suspicious/noDocumentCookie: the browser would have it from the server
    document.cookie = 'csrftoken=abc';
    const calls = serve(new Response('{"id":"1"}', { status: 202 }));
    await expect(api.post('workflows/1/runs', { draft: true })).resolves.toEqual({ id: '1' });
    const [path, init] = calls[0] ?? [];
    expect(path).toBe('/api/workflows/1/runs');
    expect(init?.headers).toMatchObject({ 'X-CSRFToken': 'abc', 'Content-Type': 'application/json' });
  });

  it('tell in words who was erased, but leave alone what an entry of the trail is about', async () => {
    const object = { type: 'member', id: 'm1', name: '[erased]' };
    const run = { title: '[erased]', started_by: { id: 'u1', name: '[erased]' }, object };
    serve(new Response(JSON.stringify({ results: [run] })));
    const told = { ...run, started_by: { id: 'u1', name: 'somebody who was erased' } };
    await expect(api.get('runs')).resolves.toEqual({ results: [told] });
  });

  it('turn problems into errors that keep code and sentence', async () => {
    const body = { status: 409, code: 'not_live', title: 'Conflict', detail: 'Publish it first.', problems: [] };
    serve(new Response(JSON.stringify(body), { status: 409 }));
    const error = await api.get('runs/1').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'not_live', status: 409, message: 'Publish it first.' });
  });

  it('speak in words even when the answer is not JSON', async () => {
    serve(new Response('<html>Bad gateway</html>', { status: 502 }));
    await expect(api.get('runs/1')).rejects.toThrow(/Try again/);
  });

  it('tell when the server is out of reach and when it is back', async () => {
    const heard: boolean[] = [];
    const stop = reachability.subscribe((reachable) => heard.push(reachable));
    serve(new Response('{}'), new TypeError('network'), new Response('{}'));
    await api.get('session');
    heard.length = 0;
    await expect(api.get('session')).rejects.toMatchObject({ code: 'unreachable' });
    await api.get('session');
    stop();
    expect(heard).toEqual([false, true]);
  });

  it('take an answer without a body as nothing', async () => {
    serve(new Response(null, { status: 204 }));
    await expect(api.delete('members/1')).resolves.toBeUndefined();
  });
});
