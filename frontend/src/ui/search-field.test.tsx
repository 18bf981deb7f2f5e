import { act, fireEvent, screen } from '@testing-library/react';
import { draw } from '../../test/render';
import { SearchField } from './search-field';

async function searching() {
  const onSearch = vi.fn();
  await draw(<SearchField label="Search" value={undefined} onSearch={onSearch} />);
  vi.useFakeTimers();
  return onSearch;
}

function type(text: string) {
  fireEvent.change(screen.getByRole('searchbox'), { target: { value: text } });
}

function pause() {
  act(() => void vi.runAllTimers());
}

describe('the search of a list', () => {
  afterEach(() => {
    vi.useRealTimers();
    history.replaceState(null, '', '/');
  });

  it('is sent for a word, not for each of its letters', async () => {
    const onSearch = await searching();
    for (const text of ['z', 'ze', 'zebra ']) type(text);
    pause();
    expect(onSearch.mock.calls).toEqual([['zebra']]);
    type('');
    pause();
    expect(onSearch).toHaveBeenLastCalledWith(undefined);
  });

  it('does not call back a person who has gone on while the next page loads', async () => {
    const onSearch = await searching();
    type('zebra');
    history.pushState(null, '', '/workflows/1');
    pause();
    expect(onSearch).not.toHaveBeenCalled();
  });
});
