import { ActionIcon, Button, Checkbox, Select, TagsInput, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { FIELD_KINDS, fieldFaults, NEW_FIELD, type SchemaField } from '@/core/tools/fields';
import type { Place } from '@/core/tools/http-operation';
import classes from './adding.module.css';

interface FieldsEditorProps<Field extends SchemaField> {
  label: string;
  description: string;
  add: string;
  fields: readonly Field[];
  /** What a new field is, beside its name. */
  fresh: Omit<Field, keyof SchemaField>;
  /** Where fields can go; those that go elsewhere keep their place. */
  places?: readonly Place[];
  /** Whether faults are shown: not before something was sent. */
  told: boolean;
  onChange: (fields: Field[]) => void;
}

/** Fields with name, kind and description, one below the other. */
export function FieldsEditor<Field extends SchemaField & { place?: Place }>({
  label,
  description,
  add,
  fields,
  fresh,
  places,
  told,
  onChange,
}: FieldsEditorProps<Field>) {
  const { t } = useTranslation();
  const faults = told ? fieldFaults(fields) : {};
  const change = (index: number, changes: Partial<Field>) =>
    onChange(fields.map((field, at) => (at === index ? { ...field, ...changes } : field)));
  return (
    <fieldset className={classes.fields} aria-label={label}>
      <div>
        <Text fw={500} size="sm">
          {label}
        </Text>
        <Text size="xs" c="dimmed">
          {description}
        </Text>
      </div>
      {fields.map((field, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name that stays while it is typed
        <div className={classes.field} key={index}>
          <div className={classes.fieldParts}>
            <TextInput
              className={classes.part}
              label={t('tools.field.name')}
              aria-label={t('tools.field.nameOf', { at: index + 1 })}
              readOnly={field.place === 'path'}
              value={field.name}
              error={faults[index] && faults[index] !== 'choices' ? t(`tools.field.fault.${faults[index]}`) : null}
              onChange={(event) => change(index, { name: event.currentTarget.value } as Partial<Field>)}
            />
            <Select
              className={classes.part}
              label={t('tools.field.kind')}
              aria-label={t('tools.field.kindOf', { name: field.name })}
              allowDeselect={false}
              data={FIELD_KINDS.map((value) => ({ value, label: t(`tools.field.kinds.${value}`) }))}
              value={field.kind}
              onChange={(value) =>
                change(index, { kind: FIELD_KINDS.find((one) => one === value) ?? field.kind } as Partial<Field>)
              }
            />
            {places && (
              <Select
                className={classes.part}
                label={t('tools.field.place')}
                aria-label={t('tools.field.placeOf', { name: field.name })}
                allowDeselect={false}
                disabled={field.place === 'path'}
                data={[...places, ...(field.place === 'path' ? (['path'] as const) : [])].map((value) => ({
                  value,
                  label: t(`tools.field.places.${value}`),
                }))}
                value={field.place ?? null}
                onChange={(value) => change(index, { place: value } as Partial<Field>)}
              />
            )}
          </div>
          <div className={classes.fieldParts}>
            <TextInput
              className={classes.meaning}
              label={t('tools.field.description')}
              aria-label={t('tools.field.descriptionOf', { name: field.name })}
              value={field.description}
              onChange={(event) => change(index, { description: event.currentTarget.value } as Partial<Field>)}
            />
            <Checkbox
              className={classes.required}
              label={t('tools.field.required')}
              aria-label={t('tools.field.requiredOf', { name: field.name })}
              disabled={field.place === 'path'}
              checked={field.required}
              onChange={(event) => change(index, { required: event.currentTarget.checked } as Partial<Field>)}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              disabled={field.place === 'path'}
              aria-label={t('tools.field.remove', { name: field.name })}
              onClick={() => onChange(fields.filter((_, at) => at !== index))}
            >
              <IconTrash size={18} aria-hidden />
            </ActionIcon>
          </div>
          {field.kind === 'choice' && (
            <TagsInput
              label={t('tools.field.choices')}
              acceptValueOnBlur
              value={field.choices}
              error={faults[index] === 'choices' ? t('tools.field.fault.choices') : null}
              onChange={(choices) => change(index, { choices } as Partial<Field>)}
            />
          )}
        </div>
      ))}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => onChange([...fields, { ...NEW_FIELD, ...fresh } as Field])}
        >
          {add}
        </Button>
      </div>
    </fieldset>
  );
}
