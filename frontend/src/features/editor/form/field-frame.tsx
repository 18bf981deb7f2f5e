import { Button, Menu, Text } from '@mantine/core';
import { IconAlertTriangle, IconBraces, IconChevronDown, IconForms, IconTextPlus } from '@tabler/icons-react';
import { type DragEvent, type FocusEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JsonSchema, Problem } from '@/core/graph/document';
import { convert, dropInto, formulaPath, isExpr, kindOf, type Path, type ValueKind } from '@/core/graph/formulas';
import { type Offer, offersFor, type Source, taken } from '@/core/graph/mapping';
import { problemLine } from '@/ui/told';
import { draggedSource, FORMULA_DRAG, useDragged } from '../drag-state';
import { caretAt } from './caret';
import { type FieldInsert, FieldInsertContext } from './field-insert';
import { kindsOf } from './field-kind';
import classes from './form.module.css';
import { useForm } from './form-context';
import { InsertField } from './insert-field';
import { OfferMenu } from './offer-menu';
import { ValuePreview } from './value-preview';

const FIXED_ONLY: ValueKind[] = ['fixed'];
const ICONS = { fixed: IconForms, expr: IconBraces, text: IconTextPlus };
const WRITABLE = 'input, textarea, [contenteditable="true"], select';

export interface FieldFrameProps {
  id: string;
  label: string;
  description?: string | undefined;
  required: boolean;
  schema: JsonSchema;
  path: Path;
  value: unknown;
  /** The description is shown beside every entry of a list, not only the first. */
  always?: boolean;
  onChange(value: unknown): void;
  children: ReactNode;
}

interface Asked {
  offers: Offer[];
  at: number | undefined;
  inEditor: boolean;
}

/** What stands around every setting: its name, the way its value is given, help, its preview and its problems. */
export function FieldFrame(props: FieldFrameProps) {
  const { id, label, description, required, schema, path, value, always = false, onChange, children } = props;
  const { t } = useTranslation();
  const { focusField, readOnly, mappable: afterSteps } = useForm();
  const box = useRef<HTMLDivElement>(null);
  const insert = useRef<FieldInsert>(undefined);
  const [over, setOver] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const dragged = useDragged();
  const kinds = afterSteps ? kindsOf(schema) : FIXED_ONLY;
  const kind = value === undefined ? (kinds[0] ?? 'fixed') : kindOf(value);
  const { problems, visited, ...leaving } = useOwnProblems(path);
  const wanted = focusField !== null && path.join('.') === focusField;

  useEffect(() => {
    if (!wanted) return;
    box.current?.scrollIntoView({ block: 'center' });
    box.current?.querySelector<HTMLElement>(WRITABLE)?.focus();
  }, [wanted]);

  // In a list the first entry explains the others.
  const explained = always || typeof path[1] !== 'number' || path[1] === 0;
  const mappable = !readOnly && kinds.some((one) => one !== 'fixed');

  const put = (offer: Offer, { at, inEditor }: Omit<Asked, 'offers'>) => {
    setAsked(null);
    const text = kinds.includes('text');
    if (isExpr(value) && value.$expr.trim() !== '' && text && formulaPath(value.$expr)) {
      // Two values beside each other are a text with both.
      onChange({ $text: `{{ ${value.$expr} }} {{ ${offer.formula} }}` });
    } else if (kindOf(value) !== 'fixed' && inEditor && insert.current) {
      insert.current(offer.formula);
    } else {
      onChange(dropInto(value, offer.formula, { text, at, asText: offer.kind === 'answer' }));
    }
  };
  const take = (source: Source, at: number | undefined, inEditor: boolean) => {
    const offers = offersFor(source, schema);
    const [only] = offers;
    if (only && offers.length === 1) put(only, { at, inEditor });
    else setAsked({ offers, at, inEditor });
  };
  const writing = () => box.current?.querySelector<HTMLInputElement>('input, textarea') ?? null;
  const onDrop = (event: DragEvent) => {
    setOver(false);
    const source = draggedSource();
    if (!mappable || !source) return;
    event.preventDefault();
    // The list around this setting must not take the same drop.
    event.stopPropagation();
    const inEditor = (event.target as HTMLElement).closest('.cm-editor') !== null;
    take(source, caretAt(writing(), event), inEditor);
  };
  const takes = taken(schema);
  const register = useCallback((ready: FieldInsert) => {
    insert.current = ready;
  }, []);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button "Insert field" does the same.
    <div
      ref={box}
      className={classes.field}
      data-over={over || undefined}
      data-target={(mappable && dragged !== null) || undefined}
      data-opens={takes === 'flag' || takes === 'number' || undefined}
      data-mapped={kind !== 'fixed' || undefined}
      onDragOver={(event) => {
        if (!mappable || !event.dataTransfer.types.includes(FORMULA_DRAG)) return;
        event.preventDefault();
        event.stopPropagation();
        event.dataTransfer.dropEffect = 'copy';
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDropCapture={() => setOver(false)}
      onDrop={onDrop}
      {...leaving}
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
        <span className={classes.ways}>
          {!readOnly && (kinds.length > 1 || !kinds.includes(kind)) && (
            <KindMenu label={label} kinds={kinds} kind={kind} onPick={(next) => onChange(convert(value, next))} />
          )}
          {mappable && (
            <InsertField
              label={label}
              onPick={(source) => take(source, visited ? caretAt(writing()) : undefined, kind !== 'fixed' && visited)}
            />
          )}
        </span>
      </div>
      <FieldInsertContext.Provider value={register}>{children}</FieldInsertContext.Provider>
      {asked && (
        <OfferMenu offers={asked.offers} onChoose={(offer) => put(offer, asked)} onClose={() => setAsked(null)} />
      )}
      {description && explained && (
        <Text className={classes.help} id={`${id}__description`}>
          {description}
        </Text>
      )}
      {kindOf(value) !== 'fixed' && <ValuePreview value={value} path={path} />}
      <div id={`${id}__problems`}>
        {problems.map((problem) => (
          <div key={problem.code + problem.message} className={classes.problem} role="alert">
            <IconAlertTriangle size={14} aria-hidden />
            <span>{problemLine(problem)}</span>
          </div>
        ))}
      </div>
      {dragged !== null && mappable && (over || takes === 'flag') && (
        <span className={classes.dropHint}>{t('editor.form.drop')}</span>
      )}
    </div>
  );
}

/** Problems of this setting: a new one is said only after the field was left, or when the step is opened again. */
function useOwnProblems(path: Path) {
  const { problemsAt, fresh, onLeave } = useForm();
  const [inside, setInside] = useState(false);
  const [left, setLeft] = useState(false);
  const atFocus = useRef<ReadonlySet<string>>(new Set());
  const all = problemsAt(path);
  const sign = (problem: Problem) => problem.code + problem.message;
  const shown = fresh && !left ? [] : inside ? all.filter((one) => atFocus.current.has(sign(one))) : all;
  const onFocus = useCallback(
    (event: FocusEvent) => {
      if (event.currentTarget.contains(event.relatedTarget)) return;
      atFocus.current = new Set(fresh && !left ? [] : all.map((one) => one.code + one.message));
      setInside(true);
    },
    [all, fresh, left],
  );
  const onBlur = (event: FocusEvent) => {
    if (event.currentTarget.contains(event.relatedTarget) || !(event.target as Element).matches(WRITABLE)) return;
    setInside(false);
    setLeft(true);
    onLeave(path);
  };
  return { problems: shown, visited: inside || left, onFocus, onBlur };
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
