import { fireEvent, screen } from '@testing-library/react';
import { draw } from '../../test/render';
import { DayInput } from './day-input';

const type = (input: HTMLElement, day: string) => fireEvent.change(input, { target: { value: day } });

it('waits for the whole year, and for a day that is allowed', async () => {
  const chosen = vi.fn();
  await draw(<DayInput label="Until" value="" min="2026-11-24" onChange={chosen} />);
  const input = screen.getByLabelText('Until');
  for (const day of ['0002-01-31', '0020-01-31', '0202-01-31', '2025-01-31']) type(input, day);
  expect(chosen).not.toHaveBeenCalled();
  expect(input).toHaveValue('2025-01-31');
  type(input, '2027-01-31');
  expect(chosen.mock.calls).toEqual([['2027-01-31']]);
});

it('goes back to the day that holds when what was typed took no effect', async () => {
  await draw(<DayInput label="Until" value="2026-12-24" min="2026-11-24" onChange={() => undefined} />);
  const input = screen.getByLabelText('Until');
  type(input, '0002-12-24');
  fireEvent.blur(input);
  expect(input).toHaveValue('2026-12-24');
});
