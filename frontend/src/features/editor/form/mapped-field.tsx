import { Popover, Skeleton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { lazy, Suspense, useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isExpr, isText } from '@/core/graph/formulas';
import { ValueTree } from '../value-tree';
import classes from './form.module.css';
import { useForm } from './form-context';

const FormulaInput = lazy(() => import('./formula-input'));

export interface MappedValueProps {
  id: string;
  kind: 'expr' | 'text';
  value: unknown;
  onChange(value: unknown): void;
}

/** A value that comes from earlier steps: a formula, or text with values in it, and a list to choose from. */
export function MappedValue({ id, kind, value, onChange }: MappedValueProps) {
  const { t } = useTranslation();
  const { names, values, readOnly } = useForm();
  const [open, setOpen] = useState(false);
  const insert = useRef<(formula: string) => void>(undefined);
  const onReady = useCallback((ready: (formula: string) => void) => {
    insert.current = ready;
  }, []);
  const text = isExpr(value) ? value.$expr : isText(value) ? value.$text : '';
  return (
    <div className={classes.formula} data-kind={kind}>
      <Suspense fallback={<Skeleton height={36} className={classes.editor} />}>
        <FormulaInput
          id={id}
          labelledBy={`${id}__label`}
          kind={kind}
          value={text}
          hint={t(`editor.form.hint.${kind}`)}
          names={names}
          values={values}
          readOnly={readOnly}
          onChange={(next) => onChange(kind === 'expr' ? { $expr: next } : { $text: next })}
          onReady={onReady}
        />
      </Suspense>
      {!readOnly && (
        <Popover opened={open} onChange={setOpen} position="bottom-end" width={320} trapFocus shadow="md" withinPortal>
          <Popover.Target>
            <button
              type="button"
              className={classes.pick}
              aria-label={t('editor.form.pick')}
              title={t('editor.form.pick')}
              onClick={() => setOpen(!open)}
            >
              <IconPlus size={16} />
            </button>
          </Popover.Target>
          <Popover.Dropdown p={8} mah={360} style={{ overflow: 'auto' }}>
            <ValueTree
              names={names}
              values={values}
              onPick={(formula) => {
                insert.current?.(formula);
                setOpen(false);
              }}
            />
          </Popover.Dropdown>
        </Popover>
      )}
    </div>
  );
}
