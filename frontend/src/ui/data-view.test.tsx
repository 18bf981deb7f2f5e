import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { draw } from '../../test/render';
import { type DataShape, DataViewer, type DataViewerProps } from './data-view';

const orders = Array.from({ length: 60 }, (_, index) => ({
  number: index + 1,
  customer: `Customer ${index}`,
}));

function Shown(props: Pick<DataViewerProps, 'value'> & Partial<DataViewerProps>) {
  const [as, setAs] = useState<DataShape>('table');
  return <DataViewer name="Output of Orders" as={as} onAs={setAs} {...props} />;
}

const rows = () =>
  within(screen.getByRole('table', { name: 'Output of Orders' }))
    .getAllByRole('row')
    .slice(1);

describe('data of a run', () => {
  // ux: 101
  it('are a table first, then fields, then JSON', async () => {
    await draw(<Shown value={[{ total: 1200.5, paid: true }]} />);
    const table = screen.getByRole('table', { name: 'Output of Orders' });
    expect(within(table).getByRole('columnheader', { name: 'Total' })).toBeVisible();
    expect(within(table).getByRole('cell', { name: '1,200.5' })).toBeVisible();

    await userEvent.click(screen.getByRole('radio', { name: 'Fields' }));
    const field = screen.getByRole('row', { name: /Total/ });
    expect(within(field).getByRole('cell', { name: 'Number' })).toBeVisible();

    await userEvent.click(screen.getByRole('radio', { name: 'JSON' }));
    expect(screen.getByText(/"total": 1200.5/)).toBeVisible();
  });

  // ux: 101
  it('tell the choice of the reader, who finds it again', async () => {
    const onAs = vi.fn();
    await draw(<Shown value={[1]} as="fields" onAs={onAs} />);
    expect(screen.getByRole('radio', { name: 'Fields' })).toBeChecked();
    await userEvent.click(screen.getByRole('radio', { name: 'JSON' }));
    expect(onAs).toHaveBeenCalledWith('json');
  });

  // ux: 102
  it('come in pages of 25 and say how many they are', async () => {
    await draw(<Shown value={orders} />);
    expect(screen.getByText('60 items')).toBeVisible();
    expect(rows()).toHaveLength(25);
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    expect(screen.getByText('51–60 of 60')).toBeVisible();
    expect(rows()).toHaveLength(10);
    expect(screen.getByRole('button', { name: 'Next page' })).toBeDisabled();
  });

  // ux: 102
  it('are searched with "/", hits are marked and rows keep their number', async () => {
    await draw(<Shown value={orders} />);
    await userEvent.hover(rows()[0] as HTMLElement);
    screen.getByRole('radio', { name: 'Table' }).focus();
    await userEvent.keyboard('/');
    expect(screen.getByRole('searchbox', { name: 'Search in data' })).toHaveFocus();
    await userEvent.keyboard('customer 41');
    expect(screen.getByText('1 of 60 items')).toBeVisible();
    expect(rows()).toHaveLength(1);
    expect(within(rows()[0] as HTMLElement).getByText('42', { selector: 'td' })).toBeVisible();
    expect(screen.getByText('Customer 41', { selector: 'mark' })).toBeVisible();
    await userEvent.keyboard('{Escape}');
    expect(screen.getByText('60 items')).toBeVisible();
  });

  // ux: 102
  it('say so when nothing is found', async () => {
    await draw(<Shown value={{ name: 'Ada', total: 3 }} />);
    await userEvent.type(screen.getByRole('searchbox'), 'zebra');
    expect(screen.getByText('Nothing here holds “zebra”.')).toBeVisible();
    expect(screen.getByText('0 of 2 fields')).toBeVisible();
  });

  // ux: 74
  it('tell which row is pointed at', async () => {
    const onRow = vi.fn();
    await draw(<Shown value={orders} onRow={onRow} />);
    await userEvent.hover(rows()[3] as HTMLElement);
    expect(onRow).toHaveBeenLastCalledWith(3);
  });

  // ux: 103
  it('open at the page of the entry that is followed', async () => {
    await draw(<Shown value={orders} row={30} />);
    expect(screen.getByRole('row', { current: true })).toHaveTextContent('Customer 30');
  });

  it('that hold nothing say so without search or pages', async () => {
    await draw(<Shown value={null} />);
    expect(screen.getByText('empty')).toBeVisible();
    expect(screen.queryByRole('searchbox')).toBeNull();
  });
});
