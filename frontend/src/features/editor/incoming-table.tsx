import { Button } from '@mantine/core';
import { IconGripVertical } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isFileRef } from '@/core/files';
import type { JsonSchema } from '@/core/graph/document';
import type { Path } from '@/core/graph/formulas';
import { columnSource, pathSource, type Source } from '@/core/graph/mapping';
import { type Row, sameList } from '@/core/graph/rows';
import { propertiesOf } from '@/core/graph/schema';
import { columnsOf, label as labelOf, plainText } from '@/core/values';
import { dragHandle } from './drag-state';
import classes from './incoming.module.css';
import type { Incoming } from './use-incoming';

const PAGE = 20;
const DEEPEST = 3;

type Pointing = Pick<Incoming, 'row' | 'point' | 'choose'>;

export interface IncomingTableProps {
  path: Path;
  value: unknown;
  schema: JsonSchema;
  caption: string;
  pointing: Pointing;
  /** The rows are those a frame hands out one by one: their fields are read from `item`. */
  asItem?: boolean;
  depth?: number;
}

/** Data of an earlier step as tables; every value, column and row can be dragged onto a setting. */
export function IncomingTable(props: IncomingTableProps) {
  const { path, value, schema, depth = 0 } = props;
  if (Array.isArray(value)) {
    if (value.length === 0) return <Value source={pathSource(path, value, schema)} />;
    const columns = columnsOf(value);
    return columns ? <Rows {...props} rows={value} columns={columns} /> : <Entries {...props} rows={value} />;
  }
  const nested = typeof value === 'object' && value !== null && !isFileRef(value);
  if (nested && depth < DEEPEST) return <Fields {...props} record={value as Record<string, unknown>} />;
  return <Value source={pathSource(path, value, schema)} />;
}

function Fields({
  path,
  record,
  schema,
  caption,
  pointing,
  depth = 0,
}: IncomingTableProps & { record: Record<string, unknown> }) {
  const { t } = useTranslation();
  const known = new Map(propertiesOf(schema));
  const entries = Object.entries(record);
  if (entries.length === 0) return <span className={classes.none}>{t('ui.value.empty')}</span>;
  return (
    <table className={classes.table} aria-label={caption}>
      <tbody>
        {entries.map(([key, value]) => {
          const inner: Path = [...path, key];
          const source = pathSource(inner, value, known.get(key) ?? {});
          const large = isLarge(value) && depth + 1 < DEEPEST;
          return (
            <tr key={key} data-large={large || undefined}>
              <th scope="row">
                <Handle source={source} label={labelOf(key)} />
              </th>
              <td>
                {large ? (
                  <IncomingTable
                    path={inner}
                    value={value}
                    schema={source.schema}
                    caption={labelOf(key)}
                    pointing={pointing}
                    depth={depth + 1}
                  />
                ) : (
                  <Value source={source} />
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface RowsProps extends IncomingTableProps {
  rows: unknown[];
  columns: string[];
}

function Rows({ path, rows, columns, schema, caption, pointing, asItem = false }: RowsProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(PAGE);
  const { row: chosen, point, choose } = pointing;
  const items = (schema.items ?? {}) as JsonSchema;
  const schemaOf = (column: string) => propertiesOf(items).find(([key]) => key === column)?.[1] ?? {};
  const sourceOf = (column: string): Source =>
    asItem
      ? pathSource(['item', column], (rows[0] as Record<string, unknown>)[column], schemaOf(column))
      : columnSource(path, column, rows, schemaOf(column));
  return (
    <div className={classes.scroll}>
      <table className={classes.table} aria-label={caption} onPointerLeave={() => point(null)}>
        <thead>
          <tr>
            <th className={classes.number} scope="col">
              <span className={classes.hidden}>{t('editor.incoming.row')}</span>
            </th>
            {columns.map((column) => (
              <th key={column} scope="col">
                <Handle source={sourceOf(column)} label={labelOf(column)} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((one, index) => {
            const row: Row = { list: path, index };
            const here = chosen !== null && chosen.index === index && sameList(chosen.list, path);
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a value have no name and never move.
              <tr key={index} data-chosen={here || undefined} onPointerEnter={() => point(row)}>
                <td className={classes.number}>
                  <button
                    type="button"
                    aria-pressed={here}
                    aria-label={t('editor.incoming.chooseRow', { row: index + 1 })}
                    title={t('editor.incoming.chooseRow', { row: index + 1 })}
                    onFocus={() => point(row)}
                    onBlur={() => point(null)}
                    onClick={() => choose(row)}
                  >
                    {index + 1}
                  </button>
                </td>
                {columns.map((column) => {
                  const value = (one as Record<string, unknown>)[column];
                  const at: Path = asItem ? ['item', column] : [...path, index, column];
                  return (
                    <td key={column}>
                      <Value source={pathSource(at, value, schemaOf(column))} />
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.length > shown && (
        <Button size="compact-xs" variant="subtle" onClick={() => setShown(shown + PAGE)}>
          {t('ui.value.more', { shown, count: rows.length })}
        </Button>
      )}
    </div>
  );
}

function Entries({ path, rows, schema, caption, pointing, depth = 0 }: IncomingTableProps & { rows: unknown[] }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(PAGE);
  const items = (schema.items ?? {}) as JsonSchema;
  return (
    <>
      <ol className={classes.entries} aria-label={caption}>
        {rows.slice(0, shown).map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries of a value have no name and never move.
          <li key={index}>
            <IncomingTable
              path={[...path, index]}
              value={one}
              schema={items}
              caption={`${caption} ${index + 1}`}
              pointing={pointing}
              depth={depth + 1}
            />
          </li>
        ))}
      </ol>
      {rows.length > shown && (
        <Button size="compact-xs" variant="subtle" onClick={() => setShown(shown + PAGE)}>
          {t('ui.value.more', { shown, count: rows.length })}
        </Button>
      )}
    </>
  );
}

/** A list or record that is worth a table of its own. */
function isLarge(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || isFileRef(value)) return false;
  return Array.isArray(value) ? value.some((one) => typeof one === 'object' && one !== null) : true;
}

export function Handle({ source, label }: { source: Source; label: string }) {
  return (
    <span className={classes.handle} title={source.formula} {...dragHandle(source)}>
      <IconGripVertical size={12} className={classes.grip} aria-hidden />
      <span dir="auto">{label}</span>
    </span>
  );
}

const LONGEST = 200;

function Value({ source }: { source: Source }) {
  const { t } = useTranslation();
  const { value } = source;
  const text = isFileRef(value) ? value.name : plainText(value);
  const words = typeof value === 'boolean' ? t(value ? 'ui.value.yes' : 'ui.value.no') : text;
  return (
    <span className={classes.value} dir="auto" title={source.formula} {...dragHandle(source)}>
      {words === '' ? (
        <em className={classes.none}>{t('ui.value.empty')}</em>
      ) : words.length > LONGEST ? (
        `${words.slice(0, LONGEST)} …`
      ) : (
        words
      )}
    </span>
  );
}
