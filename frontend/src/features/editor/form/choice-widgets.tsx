import { Chip, Group, MultiSelect, Select, TextInput } from '@mantine/core';
import type { FieldProps, WidgetProps } from '@rjsf/utils';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOf, nodeByKey } from '@/core/graph/document';
import { graphOf, useEditor, useEditorWorld } from '../editor-store';
import { described } from './described';
import { useForm } from './form-context';

const preset = (schema: WidgetProps['schema']): string => {
  const given = (schema as Record<string, unknown>)['x-default'];
  return typeof given === 'string' ? given : '';
};

/** Hours and minutes on the wall. */
export function ClockWidget({ id, value, onChange, readonly, schema }: WidgetProps) {
  return (
    <TextInput
      id={id}
      type="time"
      w={140}
      disabled={Boolean(readonly)}
      {...described(id)}
      value={value ?? preset(schema)}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}

const LOCAL_MOMENT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}$/;

/** A day and a time on the wall; what says more, such as its zone, stays as it is written. */
export function MomentWidget({ id, value, onChange, readonly }: WidgetProps) {
  const text = typeof value === 'string' ? value : '';
  const picked = text === '' || LOCAL_MOMENT.test(text);
  return (
    <TextInput
      id={id}
      type={picked ? 'datetime-local' : 'text'}
      w={picked ? 220 : undefined}
      disabled={Boolean(readonly)}
      {...described(id)}
      value={text.replace(' ', 'T')}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}

export function TimeZoneWidget({ id, value, onChange, readonly, schema }: WidgetProps) {
  const { t } = useTranslation();
  const shown = value ?? preset(schema);
  const zones = useMemo(() => [...new Set([shown, 'UTC', ...Intl.supportedValuesOf('timeZone')])], [shown]);
  return (
    <Select
      id={id}
      disabled={Boolean(readonly)}
      {...described(id)}
      searchable
      allowDeselect={false}
      limit={80}
      data={zones.filter((zone) => zone !== '').map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))}
      value={shown}
      nothingFoundMessage={t('editor.form.noZone')}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** A Monday. */
const SOME_MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

export function WeekdaysField({ formData, onChange, fieldPathId, schema, readonly }: FieldProps) {
  const { i18n } = useTranslation();
  const usual = (schema as Record<string, unknown>)['x-default'];
  const chosen = (formData ?? usual ?? []) as string[];
  const short = new Intl.DateTimeFormat(i18n.language, { weekday: 'short', timeZone: 'UTC' });
  const long = new Intl.DateTimeFormat(i18n.language, { weekday: 'long', timeZone: 'UTC' });
  return (
    <Chip.Group
      multiple
      value={chosen}
      onChange={(next) =>
        onChange(
          DAYS.filter((day) => next.includes(day)),
          fieldPathId.path,
        )
      }
    >
      <Group gap={6} id={fieldPathId.$id} role="group" aria-labelledby={`${fieldPathId.$id}__label`}>
        {DAYS.map((day, index) => {
          const date = new Date(SOME_MONDAY + index * DAY_MS);
          return (
            <Chip key={day} value={day} size="sm" disabled={Boolean(readonly)} aria-label={long.format(date)}>
              {short.format(date)}
            </Chip>
          );
        })}
      </Group>
    </Chip.Group>
  );
}

/** Steps on the same side of a loop's border as this one. */
export function StepsField({ formData, onChange, fieldPathId, readonly }: FieldProps) {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  const { step } = useForm();
  const graph = useEditor(graphOf);
  const parent = nodeByKey(graph, step)?.parent ?? null;
  const data = graph.nodes
    .filter((one) => one.parent === parent && one.key !== step && nodeTypes.get(one.type)?.kind !== 'start')
    .map((one) => ({ value: one.key, label: nameOf(one, nodeTypes) }));
  const value = ((formData ?? []) as unknown[]).map(String);
  const gone = value.filter((key) => !data.some((one) => one.value === key));
  return (
    <MultiSelect
      id={fieldPathId.$id}
      disabled={Boolean(readonly)}
      {...described(fieldPathId.$id)}
      searchable
      data={[...data, ...gone.map((key) => ({ value: key, label: key }))]}
      value={value}
      placeholder={value.length === 0 ? t('editor.form.chooseSteps') : ''}
      onChange={(next) => onChange(next, fieldPathId.path)}
    />
  );
}
