import { Button, Highlight, Table, Text } from '@mantine/core';
import { createContext, type ReactNode, useContext, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/core/fields';
import { isFileRef } from '@/core/files';
import { columnsOf, label, plainText } from '@/core/values';
import { FileLink } from './file-link';
import classes from './value-table.module.css';

const PAGE = 25;

/** The text that is searched for: where it stands, it is marked. */
export const SearchedText = createContext('');

export function Marked({ text }: { text: string }) {
  const searched = useContext(SearchedText);
  return searched === '' ? (
    text
  ) : (
    <Highlight component="span" inherit highlight={searched}>
      {text}
    </Highlight>
  );
}

interface ValueTableProps {
  value: unknown;
  caption: string;
  depth?: number;
  /** Draws the names of a record, for example so that they can be dragged. */
  field?: ((path: Path, name: ReactNode) => ReactNode) | undefined;
}

/** Any value as something people read: records as rows of name and value, lists of records as tables. */
export function ValueTable({ value, caption, depth = 0, field }: ValueTableProps) {
  const { t } = useTranslation();
  if (isFileRef(value)) return <FileLink file={value} />;
  if (Array.isArray(value)) return <ListTable list={value} caption={caption} depth={depth} />;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) return <Empty text={t('ui.value.empty')} />;
    return (
      <Table className={classes.table} aria-label={caption} withRowBorders>
        <Table.Tbody>
          {entries.map(([key, one]) => (
            <Table.Tr key={key}>
              <Table.Th scope="row" className={classes.key}>
                {field ? field([key], <Marked text={label(key)} />) : <Marked text={label(key)} />}
              </Table.Th>
              <Table.Td>
                <Cell value={one} caption={label(key)} depth={depth + 1} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    );
  }
  return <Scalar value={value} />;
}

function ListTable({ list, caption, depth }: { list: unknown[]; caption: string; depth: number }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(PAGE);
  if (list.length === 0) return <Empty text={t('ui.value.emptyList')} />;
  const columns = columnsOf(list);
  const rows = list.slice(0, shown);
  return (
    <div className={classes.scroll}>
      {columns ? (
        <Table className={classes.table} aria-label={caption}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column} scope="col">
                  <Marked text={label(column)} />
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a value have no name and never move
              <Table.Tr key={index}>
                {columns.map((column) => (
                  <Table.Td key={column}>
                    <Cell value={(row as Record<string, unknown>)[column]} caption={label(column)} depth={depth + 1} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : (
        <ul className={classes.list}>
          {rows.map((one, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: items of a value have no name and never move
            <li key={index}>
              <Cell value={one} caption={caption} depth={depth + 1} />
            </li>
          ))}
        </ul>
      )}
      {list.length > shown && (
        <Button size="compact-xs" variant="subtle" onClick={() => setShown(shown + PAGE)}>
          {t('ui.value.more', { shown, count: list.length })}
        </Button>
      )}
    </div>
  );
}

/** A value inside another one; what lies too deep for tables of its own is one line of text. */
export function Cell({ value, caption, depth }: { value: unknown; caption: string; depth: number }) {
  if (typeof value === 'object' && value !== null && depth > 3 && !isFileRef(value)) {
    return (
      <Text className={classes.text}>
        <Marked text={plainText(value)} />
      </Text>
    );
  }
  return <ValueTable value={value} caption={caption} depth={depth} />;
}

function Scalar({ value }: { value: unknown }) {
  const { t, i18n } = useTranslation();
  if (value === null || value === undefined || value === '') return <Empty text={t('ui.value.empty')} />;
  if (typeof value === 'boolean') return <span>{value ? t('ui.value.yes') : t('ui.value.no')}</span>;
  if (typeof value === 'number') {
    return (
      <span className={classes.number}>
        <Marked text={plainText(value, i18n.language)} />
      </span>
    );
  }
  return <LongText text={String(value)} />;
}

const LONG = 400;

function LongText({ text }: { text: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const cut = text.length > LONG && !open;
  return (
    <span className={classes.text}>
      <Marked text={cut ? `${text.slice(0, LONG)}…` : text} />
      {text.length > LONG && (
        <Button size="compact-xs" variant="subtle" onClick={() => setOpen(!open)}>
          {open ? t('ui.value.less') : t('ui.value.all')}
        </Button>
      )}
    </span>
  );
}

function Empty({ text }: { text: string }) {
  return (
    <Text span c="dimmed" fs="italic">
      {text}
    </Text>
  );
}
