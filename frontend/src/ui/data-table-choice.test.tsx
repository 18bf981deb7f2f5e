import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { draw } from '../../test/render';
import { DataTable } from './data-table';
import { useChosen } from './use-chosen';

const columns = [{ key: 'name', header: 'Name', cell: (row: { name: string }) => row.name }];
const idle = { isPending: false, error: null, refetch: () => undefined };

function List() {
  const [names, setNames] = useState(['a', 'b', 'c']);
  const chosen = useChosen(names);
  return (
    <>
      <DataTable
        label="Runs"
        columns={columns}
        rows={names.map((name) => ({ name }))}
        rowKey={(row) => row.name}
        query={idle}
        empty={null}
        choice={{ chosen, nameOf: (row) => row.name }}
      />
      <output>{chosen.keys.join()}</output>
      <button type="button" onClick={() => setNames(['b', 'c'])}>
        Drop a
      </button>
    </>
  );
}

describe('rows that are chosen', () => {
  it('are chosen one by one or all at once', async () => {
    await draw(<List />);
    await userEvent.click(screen.getByRole('checkbox', { name: 'Choose b' }));
    expect(screen.getByRole('status')).toHaveTextContent('b');
    await userEvent.click(screen.getByRole('checkbox', { name: 'Choose all shown' }));
    expect(screen.getByRole('status')).toHaveTextContent('a,b,c');
    await userEvent.click(screen.getByRole('checkbox', { name: 'Choose all shown' }));
    expect(screen.getByRole('status')).toHaveTextContent('');
  });

  it('are forgotten when they leave the list', async () => {
    await draw(<List />);
    await userEvent.click(screen.getByRole('checkbox', { name: 'Choose a' }));
    await userEvent.click(screen.getByRole('checkbox', { name: 'Choose b' }));
    await userEvent.click(screen.getByRole('button', { name: 'Drop a' }));
    expect(screen.getByRole('status')).toHaveTextContent(/^b$/);
  });
});
