import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { draw } from '../../test/render';
import { DataTable } from './data-table';

const columns = [{ key: 'name', header: 'Name', cell: (row: { name: string }) => row.name }];

/** The end of the list comes into sight when the test says so. */
let comeIntoSight: (() => void) | undefined;
const observe = vi.fn();

beforeEach(() => {
  comeIntoSight = undefined;
  observe.mockReset();
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(seen: (entries: { isIntersecting: boolean }[]) => void) {
        comeIntoSight = () => void seen([{ isIntersecting: true }]);
      }
      observe = observe;
      unobserve() {}
      disconnect() {
        comeIntoSight = undefined;
      }
    },
  );
});

afterEach(() => vi.unstubAllGlobals());

function list(query: object) {
  return (
    <DataTable
      label="Runs"
      columns={columns}
      rows={[{ name: 'a' }]}
      rowKey={(row) => row.name}
      count={2}
      query={{ isPending: false, error: null, refetch: () => undefined, ...query }}
      empty={null}
    />
  );
}

describe('a long list', () => {
  // ux: 24
  it('loads more when its end comes near, or by the button', async () => {
    const fetchNextPage = vi.fn();
    await draw(list({ hasNextPage: true, fetchNextPage }));
    act(() => comeIntoSight?.());
    expect(fetchNextPage).toHaveBeenCalledTimes(1);
    await userEvent.click(screen.getByRole('button', { name: 'Show more' }));
    expect(fetchNextPage).toHaveBeenCalledTimes(2);
  });

  // ux: 24
  it('asks again where news of the list have cancelled what it asked for', async () => {
    const fetchNextPage = vi.fn(async () => undefined);
    await draw(list({ hasNextPage: true, fetchNextPage }));
    observe.mockReset();
    await act(async () => comeIntoSight?.());
    expect(observe).toHaveBeenCalledTimes(1);
    await act(async () => comeIntoSight?.());
    expect(fetchNextPage).toHaveBeenCalledTimes(2);
  });

  // ux: 24
  it.each([
    ['there is no more', { hasNextPage: false }],
    ['the next page is on its way', { hasNextPage: true, isFetchingNextPage: true }],
    ['the last page failed', { hasNextPage: true, error: new Error('away') }],
  ])('does not ask while %s', async (_, query) => {
    await draw(list({ ...query, fetchNextPage: vi.fn() }));
    expect(comeIntoSight).toBeUndefined();
  });
});
