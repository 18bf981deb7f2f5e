import { CloseButton, Kbd, SegmentedControl, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { contains, type Field, fieldsOf, isOpen, narrow, type Path, pathWords, search } from '@/core/fields';
import { DataFields } from './data-fields';
import { DataPager, pageAt, pageOf } from './data-pager';
import { DataRows } from './data-rows';
import classes from './data-view.module.css';
import { JsonView } from './json-view';
import { SearchedText, ValueTable } from './value-table';

export const DATA_SHAPES = ['table', 'fields', 'json'] as const;
export type DataShape = (typeof DATA_SHAPES)[number];

export interface DataViewerProps {
  value: unknown;
  /** What these data are: "Output of Read orders". */
  name: string;
  as: DataShape;
  onAs: (shape: DataShape) => void;
  /** The entry of a list that the reader follows, counted from 0. */
  row?: number | null;
  /** An entry is pointed at or reached by keyboard; null when it is left. */
  onRow?: (index: number | null) => void;
  /** Draws the name of a field, for example so that it can be dragged. */
  field?: (path: Path, name: ReactNode) => ReactNode;
}

/** Any data of a run: as a table first, as fields, or as JSON; searchable, a page of entries at a time. */
export function DataViewer({ value, name, as, onAs, row = null, onRow, field }: DataViewerProps) {
  const { t } = useTranslation();
  const [searched, setSearched] = useState('');
  const text = searched.trim();
  const box = useRef<HTMLElement>(null);
  const input = useSearchKey(box);
  return (
    <section ref={box} className={classes.view} aria-label={name}>
      <div className={classes.bar}>
        <SegmentedControl
          size="xs"
          aria-label={t('ui.data.as')}
          value={as}
          onChange={(shape) => onAs(shape as DataShape)}
          data={DATA_SHAPES.map((shape) => ({ value: shape, label: t(`ui.data.${shape}`) }))}
        />
        {isOpen(value) && (
          <TextInput
            ref={input}
            type="search"
            size="xs"
            className={classes.search}
            aria-label={t('ui.data.search')}
            aria-keyshortcuts="/"
            placeholder={t('ui.data.search')}
            leftSection={<IconSearch size={14} aria-hidden />}
            rightSection={
              searched === '' ? (
                <Kbd size="xs" aria-hidden>
                  /
                </Kbd>
              ) : (
                <CloseButton size="xs" aria-label={t('ui.data.searchClear')} onClick={() => setSearched('')} />
              )
            }
            value={searched}
            onChange={(event) => setSearched(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || searched === '') return;
              event.stopPropagation();
              setSearched('');
            }}
          />
        )}
      </div>
      <SearchedText value={text}>
        {Array.isArray(value) ? (
          <ListData list={value} {...{ name, as, text, row, onRow, field }} />
        ) : (
          <OneValue {...{ value, name, as, text, field }} />
        )}
      </SearchedText>
    </section>
  );
}

interface Shown extends Pick<DataViewerProps, 'name' | 'as' | 'onRow' | 'field'> {
  text: string;
}

function ListData({ list, name, as, text, row, onRow, field }: Shown & { list: unknown[]; row: number | null }) {
  const { t, i18n } = useTranslation();
  const found = useMemo(() => search(list, text, i18n.language), [list, text, i18n.language]);
  const followed = row === null ? -1 : found.findIndex((one) => one.index === row);
  const [page, setPage] = usePage(found, followed);
  const entries = pageOf(found, page);
  const count = list.length;
  return (
    <>
      <Count>
        {text === '' ? t('ui.data.items', { count }) : t('ui.data.itemsFound', { count, found: found.length })}
      </Count>
      {found.length === 0 && text !== '' && <NothingFound text={text} />}
      {as === 'table' && <DataRows entries={entries} {...{ list, name, row, onRow, field }} />}
      {as === 'fields' &&
        entries.map((entry) => (
          <section key={entry.index} aria-label={t('ui.data.rowNumber', { number: entry.index + 1 })}>
            <Text size="xs" fw={600} c="dimmed" mt={6}>
              {t('ui.data.rowNumber', { number: entry.index + 1 })}
            </Text>
            <DataFields fields={fieldsOf(entry.value)} name={name} field={field} at={[entry.index]} />
          </section>
        ))}
      {as === 'json' && <JsonView value={entries.map((one) => one.value)} whole={list} label={name} />}
      <DataPager page={page} count={found.length} onPage={setPage} />
    </>
  );
}

function OneValue({ value, name, as, text, field }: Shown & { value: unknown }) {
  const { t, i18n } = useTranslation();
  const locale = i18n.language;
  const shown = useMemo(() => (isOpen(value) ? narrow(value, text, locale) : value), [value, text, locale]);
  const all = useMemo(() => (isOpen(value) ? fieldsOf(value) : []), [value]);
  const found = useMemo(() => (text === '' ? all : all.filter((one) => holds(one, text, locale))), [all, text, locale]);
  const [page, setPage] = usePage(found, -1);
  if (!isOpen(value)) {
    return as === 'json' ? (
      <JsonView value={value ?? null} label={name} />
    ) : (
      <ValueTable value={value} caption={name} />
    );
  }
  const count = all.length;
  return (
    <>
      <Count>
        {text === '' ? t('ui.data.fieldCount', { count }) : t('ui.data.fieldsFound', { count, found: found.length })}
      </Count>
      {found.length === 0 && <NothingFound text={text} />}
      {as === 'table' && found.length > 0 && <ValueTable value={shown} caption={name} field={field} />}
      {as === 'json' && <JsonView value={shown} whole={value} label={name} />}
      {as === 'fields' && found.length > 0 && (
        <>
          <DataFields fields={pageOf(found, page)} name={name} field={field} />
          <DataPager page={page} count={found.length} onPage={setPage} />
        </>
      )}
    </>
  );
}

function holds(field: Field, text: string, locale: string): boolean {
  return contains(field.value, text, locale) || contains(pathWords(field.path), text, locale);
}

/** Another search, or other data, begin at their first page; an entry that is followed shows its own. */
function usePage(found: readonly unknown[], followed: number): [number, (page: number) => void] {
  const [page, setPage] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page belongs to these entries
  useEffect(() => setPage(followed < 0 ? 0 : pageAt(followed)), [found, followed]);
  return [page, setPage];
}

const WRITTEN_IN = 'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable="true"]';

/** "/" goes to the search of the data that are pointed at or hold the focus, unless somebody is writing. */
function useSearchKey(box: React.RefObject<HTMLElement | null>) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || !box.current || !input.current) return;
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (target?.closest(WRITTEN_IN)) return;
      if (!box.current.matches(':hover') && !box.current.contains(target)) return;
      event.preventDefault();
      // Outside of data the same key searches something else.
      event.stopPropagation();
      input.current.focus();
      input.current.select();
    };
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, [box]);
  return input;
}

function Count({ children }: { children: ReactNode }) {
  return (
    <Text size="xs" c="dimmed" role="status">
      {children}
    </Text>
  );
}

function NothingFound({ text }: { text: string }) {
  const { t } = useTranslation();
  return <Text size="sm">{t('ui.data.none', { search: text })}</Text>;
}
