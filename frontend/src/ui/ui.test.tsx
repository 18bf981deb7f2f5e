import { IconRoute } from '@tabler/icons-react';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { draw } from '../../test/render';
import { ConfirmButton } from './confirm-button';
import { DataTable } from './data-table';
import { EmptyState } from './empty-state';
import { fieldErrors } from './field-errors';
import { ProblemAlert } from './problem-alert';
import { RunBadge } from './status-badge';
import { ValueTable } from './value-table';

const idle = { isPending: false, error: null, refetch: () => undefined };

describe('lists', () => {
  const columns = [{ key: 'name', header: 'Name', cell: (row: { name: string }) => row.name }];

  it('are tables with headers and a count', async () => {
    await draw(
      <DataTable
        label="Workflows"
        columns={columns}
        rows={[{ name: 'Invoices' }]}
        rowKey={(row) => row.name}
        count={1}
        query={idle}
        empty={null}
      />,
    );
    const table = screen.getByRole('table', { name: 'Workflows' });
    expect(within(table).getByRole('columnheader', { name: 'Name' })).toBeVisible();
    expect(within(table).getByRole('cell', { name: 'Invoices' })).toBeVisible();
    expect(screen.getByRole('status')).toHaveTextContent('1 of 1');
  });

  it('say why they are empty instead of showing an empty table', async () => {
    const empty = <EmptyState icon={IconRoute} title="Nothing here yet." />;
    await draw(
      <DataTable label="Workflows" columns={columns} rows={[]} rowKey={() => ''} query={idle} empty={empty} />,
    );
    expect(screen.getByText('Nothing here yet.')).toBeVisible();
    expect(screen.queryByRole('table')).toBeNull();
  });

  it('offer to try again when they cannot be read', async () => {
    const refetch = vi.fn();
    await draw(
      <DataTable
        label="Workflows"
        columns={columns}
        rows={[]}
        rowKey={() => ''}
        query={{ isPending: false, error: new Error('The server does not answer.'), refetch }}
        empty={null}
      />,
    );
    expect(screen.getByRole('alert')).toHaveTextContent('The server does not answer.');
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(refetch).toHaveBeenCalledOnce();
  });
});

describe('values', () => {
  it('are rows of name and value; empty ones say so', async () => {
    await draw(<ValueTable value={{ invoice_number: 'BL-1', note: null, paid: false }} caption="Output" />);
    const table = screen.getByRole('table', { name: 'Output' });
    expect(within(table).getByRole('row', { name: 'Invoice number BL-1' })).toBeVisible();
    expect(within(table).getByRole('row', { name: 'Note empty' })).toBeVisible();
    expect(within(table).getByRole('row', { name: 'Paid No' })).toBeVisible();
  });

  it('show lists of records as tables, 25 rows at a time', async () => {
    const list = Array.from({ length: 30 }, (_, index) => ({ number: index }));
    await draw(<ValueTable value={list} caption="Lines" />);
    expect(screen.getAllByRole('row')).toHaveLength(26);
    await userEvent.click(screen.getByRole('button', { name: /Show more/ }));
    expect(screen.getAllByRole('row')).toHaveLength(31);
  });

  it('show files as downloads', async () => {
    const file = { file_id: 'f1', name: 'a.pdf', media_type: 'application/pdf', size: 2_000, sha256: 'x' };
    await draw(<ValueTable value={{ document: file }} caption="Output" />);
    expect(screen.getByRole('link', { name: /a\.pdf/ })).toHaveAttribute('href', '/api/artifacts/f1/content');
  });
});

describe('states and problems', () => {
  it('say a state in a word', async () => {
    await draw(<RunBadge status="waiting" needsPerson />);
    expect(screen.getByText('Needs you')).toBeVisible();
  });

  it('are told in words, with the technical part folded', async () => {
    const problem = {
      title: 'Not possible',
      detail: 'The file is damaged.',
      code: 'damaged',
      trace: 'abc',
      problems: [],
    };
    await draw(<ProblemAlert error={Object.assign(new Error('x'), { problem })} />);
    expect(screen.getByRole('alert')).toHaveTextContent('The file is damaged.');
    expect(screen.getByText('damaged · abc')).not.toBeVisible();
  });

  it('reach the field they are about, and only fields that exist', () => {
    const problem = {
      problems: [
        { field: 'email', message: 'Taken.' },
        { field: 'other', message: 'No.' },
      ],
    };
    expect(fieldErrors({ problem }, ['email', 'name'])).toEqual({ email: 'Taken.' });
  });

  it('ask once more before something is lost', async () => {
    const remove = vi.fn();
    await draw(
      <ConfirmButton title="Remove Jan?" verb="Remove" onConfirm={remove}>
        Remove…
      </ConfirmButton>,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Remove…' }));
    expect(remove).not.toHaveBeenCalled();
    const dialog = await screen.findByRole('dialog', { name: 'Remove Jan?' });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Remove' }));
    expect(remove).toHaveBeenCalledOnce();
  });
});
