import { Button, Menu, Text } from '@mantine/core';
import { IconAlertTriangle, IconBraces, IconChevronDown, IconForms, IconTextPlus } from '@tabler/icons-react';
import { type DragEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JsonSchema } from '@/core/graph/document';
import { convert, dropInto, kindOf, type Path, previewOf, type ValueKind, valueAt } from '@/core/graph/formulas';
import { problemLine } from '@/ui/told';
import { kindsOf } from './field-kind';
import classes from './form.module.css';
import { FORMULA_DRAG, useForm } from './form-context';
import { sameSettings } from './form-schema';

const FIXED_ONLY: ValueKind[] = ['fixed'];
const ICONS = { fixed: IconForms, expr: IconBraces, text: IconTextPlus };

export interface FieldFrameProps {
  id: string;
  label: string;
  description?: string | undefined;
  required: boolean;
  schema: JsonSchema;
  path: Path;
  value: unknown;
  onChange(value: unknown): void;
  children: ReactNode;
}

/** What stands around every setting: its name, the way its value is given, help, its preview and its problems. */
export function FieldFrame({
  id,
  label,
  description,
  required,
  schema,
  path,
  value,
  onChange,
  children,
}: FieldFrameProps) {
  const { t } = useTranslation();
  const { problemsAt, focusField, readOnly, mappable: afterSteps } = useForm();
  const box = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState(false);
  const kinds = afterSteps ? kindsOf(schema) : FIXED_ONLY;
  const kind = value === undefined ? (kinds[0] ?? 'fixed') : kindOf(value);
  const problems = problemsAt(path);
  const wanted = focusField !== null && path.join('.') === focusField;

  useEffect(() => {
    if (!wanted) return;
    box.current?.scrollIntoView({ block: 'center' });
    box.current?.querySelector<HTMLElement>('input, textarea, [contenteditable="true"], select')?.focus();
  }, [wanted]);

  // In a list the first entry explains the others.
  const explained = typeof path[1] !== 'number' || path[1] === 0;

  const mappable = !readOnly && kinds.some((one) => one !== 'fixed');
  const onDrop = (event: DragEvent) => {
    setOver(false);
    const formula = event.dataTransfer.getData(FORMULA_DRAG);
    // A code field takes the drop at the pointed place by itself.
    if (!mappable || !formula || (event.target as HTMLElement).closest('.cm-editor')) return;
    event.preventDefault();
    // The list around this setting must not take the same drop.
    event.stopPropagation();
    const input = box.current?.querySelector<HTMLInputElement>('input, textarea');
    const at = input?.selectionStart ?? undefined;
    onChange(dropInto(value, formula, { text: kinds.includes('text'), ...(at === undefined ? {} : { at }) }));
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the menu does the same from the keyboard.
    <div
      ref={box}
      className={classes.field}
      data-over={over || undefined}
      data-mapped={kind !== 'fixed' || undefined}
      onDragOver={(event) => {
        if (!mappable || !event.dataTransfer.types.includes(FORMULA_DRAG)) return;
        event.preventDefault();
        event.stopPropagation();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <div className={classes.row}>
        <label className={classes.label} htmlFor={id} id={`${id}__label`}>
          {label}
          {required && (
            <span className={classes.required} aria-hidden>
              {' '}
              *
            </span>
          )}
        </label>
        {!readOnly && (kinds.length > 1 || !kinds.includes(kind)) && (
          <KindMenu label={label} kinds={kinds} kind={kind} onPick={(next) => onChange(convert(value, next))} />
        )}
      </div>
      {children}
      {description && explained && (
        <Text className={classes.help} id={`${id}__description`}>
          {description}
        </Text>
      )}
      {kindOf(value) !== 'fixed' && <Preview value={value} path={path} />}
      {problems.map((problem) => (
        <div key={problem.code + problem.message} className={classes.problem} role="alert">
          <IconAlertTriangle size={14} />
          <span>{problemLine(problem)}</span>
        </div>
      ))}
      {over && <span className={classes.dropHint}>{t('editor.form.drop')}</span>}
    </div>
  );
}

interface KindMenuProps {
  label: string;
  kinds: ValueKind[];
  kind: ValueKind;
  onPick(kind: ValueKind): void;
}

function KindMenu({ label, kinds, kind, onPick }: KindMenuProps) {
  const { t } = useTranslation();
  const Icon = ICONS[kind];
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<Icon size={13} />}
          rightSection={<IconChevronDown size={12} />}
          aria-label={t('editor.form.kindOf', { label, kind: t(`editor.form.kind.${kind}`) })}
        >
          {t(`editor.form.kind.${kind}`)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {kinds.map((one) => {
          const Item = ICONS[one];
          return (
            <Menu.Item key={one} leftSection={<Item size={15} />} onClick={() => onPick(one)}>
              {t(`editor.form.kind.${one}`)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The real resulting value: what the last run got from this very formula, else what can be told without the server. */
function Preview({ value, path }: { value: unknown; path: Path }) {
  const { t } = useTranslation();
  const { values, wrote, got } = useForm();
  const result = valueAt(got, path);
  const ran = result !== undefined && sameSettings(valueAt(wrote, path), value);
  const preview = ran ? { known: true as const, value: result } : previewOf(value, values);
  if (!preview.known) return null;
  const text = shorten(preview.value);
  return (
    <div className={classes.preview}>
      <span>{t('editor.form.result')}</span> <strong>{text === '' ? t('editor.data.empty') : text}</strong>
    </div>
  );
}

function shorten(value: unknown): string {
  const text = plainly(value);
  return text.length > 160 ? `${text.slice(0, 160)} …` : text;
}

/** A file is told by its name; other records and lists are shown as they are. */
function plainly(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  const { file_id, name } = value as { file_id?: unknown; name?: unknown };
  return file_id !== undefined && typeof name === 'string' ? name : JSON.stringify(value);
}
