import { ActionIcon, Skeleton } from '@mantine/core';
import { IconArrowsMaximize } from '@tabler/icons-react';
import { lazy, Suspense, useContext, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isExpr, isText } from '@/core/graph/formulas';
import { FormulaWish } from '../help/formula-wish';
import { FieldInsertContext } from './field-insert';
import classes from './form.module.css';
import { useForm } from './form-context';
import { LargeEditor } from './large-editor';

const FormulaInput = lazy(() => import('./formula-input'));
const ignore = () => undefined;

export interface MappedValueProps {
  id: string;
  kind: 'expr' | 'text';
  value: unknown;
  onChange(value: unknown): void;
}

/** A value that comes from earlier steps: a formula, or text with values in it. */
export function MappedValue({ id, kind, value, onChange }: MappedValueProps) {
  const { t } = useTranslation();
  const { names, values, readOnly } = useForm();
  const register = useContext(FieldInsertContext);
  const [large, setLarge] = useState(false);
  const text = isExpr(value) ? value.$expr : isText(value) ? value.$text : '';
  const set = (next: string) => onChange(kind === 'expr' ? { $expr: next } : { $text: next });
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
          onChange={set}
          onReady={register ?? ignore}
        />
      </Suspense>
      {!readOnly && <FormulaWish kind={kind} onUse={set} />}
      {!readOnly && (
        <ActionIcon
          className={classes.enlarge}
          size={24}
          variant="subtle"
          color="gray"
          aria-label={t('editor.formula.enlarge')}
          title={t('editor.formula.enlarge')}
          onClick={() => setLarge(true)}
        >
          <IconArrowsMaximize size={14} />
        </ActionIcon>
      )}
      {large && (
        <LargeEditor
          labelledBy={`${id}__label`}
          kind={kind}
          value={text}
          onChange={set}
          onClose={() => setLarge(false)}
        />
      )}
    </div>
  );
}
