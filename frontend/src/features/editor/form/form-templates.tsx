import { ActionIcon, Button } from '@mantine/core';
import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  ObjectFieldTemplateProps,
} from '@rjsf/utils';
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JsonSchema } from '@/core/graph/document';
import { levelOf } from '@/core/graph/schema';
import { FieldFrame } from './field-frame';
import { isRecord } from './field-kind';
import classes from './form.module.css';
import { useForm } from './form-context';

function FieldTemplate(props: FieldTemplateProps) {
  const { id, label, rawDescription, required, formData, fieldPathId, children, onChange } = props;
  const schema = props.schema as JsonSchema;
  if (isRecord(schema)) return children;
  return (
    <FieldFrame
      id={id}
      label={label}
      description={rawDescription}
      required={required ?? false}
      schema={schema}
      path={fieldPathId.path}
      value={formData}
      onChange={(value) => onChange(value, fieldPathId.path)}
    >
      {children}
    </FieldFrame>
  );
}

/** Settings under each other; inside a list the less usual ones wait behind "More". */
function ObjectFieldTemplate({ properties, schema, fieldPathId }: ObjectFieldTemplateProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const inner = fieldPathId.path.length > 0;
  const { problemsAt } = useForm();
  // A key is made from the label beside it; it asks to be seen only when it is wrong.
  const follows = (name: string) =>
    name === 'key' &&
    properties.some((one) => one.name === 'label') &&
    problemsAt([...fieldPathId.path, name]).length === 0;
  const first = inner
    ? properties.filter((one) => levelOf(schema as JsonSchema, one.name) === 1 && !follows(one.name))
    : properties;
  const rest = properties.filter((one) => !first.includes(one));
  return (
    <div className={classes.form}>
      {first.map((one) => (
        <div key={one.name}>{one.content}</div>
      ))}
      {rest.length > 0 && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          w="fit-content"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {t(open ? 'editor.form.less' : 'editor.form.more')}
        </Button>
      )}
      {open && rest.map((one) => <div key={one.name}>{one.content}</div>)}
    </div>
  );
}

function ArrayFieldTemplate({ items, onAddClick, canAdd, fieldPathId }: ArrayFieldTemplateProps) {
  const { t } = useTranslation();
  const { readOnly } = useForm();
  return (
    <div className={classes.list} id={fieldPathId.$id}>
      {items}
      {canAdd && !readOnly && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          w="fit-content"
          onClick={onAddClick}
        >
          {t('editor.form.addEntry')}
        </Button>
      )}
    </div>
  );
}

function ArrayFieldItemTemplate({ children, buttonsProps, index }: ArrayFieldItemTemplateProps) {
  const { t } = useTranslation();
  const { readOnly } = useForm();
  const number = index + 1;
  return (
    <div className={classes.item}>
      <div className={classes.itemBody}>{children}</div>
      {!readOnly && (
        <div className={classes.itemTools}>
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={t('editor.form.removeEntry', { number })}
            onClick={buttonsProps.onRemoveItem}
          >
            <IconX size={14} />
          </ActionIcon>
          {buttonsProps.hasMoveUp && (
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={t('editor.form.moveUp', { number })}
              onClick={buttonsProps.onMoveUpItem}
            >
              <IconArrowUp size={14} />
            </ActionIcon>
          )}
          {buttonsProps.hasMoveDown && (
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={t('editor.form.moveDown', { number })}
              onClick={buttonsProps.onMoveDownItem}
            >
              <IconArrowDown size={14} />
            </ActionIcon>
          )}
        </div>
      )}
    </div>
  );
}

export const FORM_TEMPLATES = { FieldTemplate, ObjectFieldTemplate, ArrayFieldTemplate, ArrayFieldItemTemplate };
