import { Button, Group, Modal, Skeleton } from '@mantine/core';
import { lazy, Suspense, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { FUNCTIONS } from '@/core/graph/functions';
import { FormulaWish } from '../help/formula-wish';
import { ValueTree } from '../value-tree';
import type { FieldInsert } from './field-insert';
import { useForm } from './form-context';
import classes from './large-editor.module.css';
import { ValuePreview } from './value-preview';

const FormulaInput = lazy(() => import('./formula-input'));
const ROOT: string[] = [];

export interface LargeEditorProps {
  labelledBy: string;
  kind: 'expr' | 'text';
  value: string;
  onChange(value: string): void;
  onClose(): void;
}

/** Room for a long formula: the data beside it, what functions there are, and what it gives while it is written. */
export function LargeEditor({ labelledBy, kind, value, onChange, onClose }: LargeEditorProps) {
  const { t } = useTranslation();
  const { names, values, readOnly } = useForm();
  const insert = useRef<FieldInsert>(undefined);
  return (
    <Modal
      opened
      onClose={onClose}
      size={1040}
      title={t(`editor.formula.large.${kind}`)}
      closeButtonProps={{ 'aria-label': t('editor.close') }}
    >
      <div className={classes.columns}>
        <div className={classes.data}>
          <ValueTree names={names} values={values} onPick={(source) => insert.current?.(source.formula)} />
        </div>
        <div className={classes.writing}>
          <div className={classes.paper}>
            <Suspense fallback={<Skeleton height={220} />}>
              <FormulaInput
                id={`${labelledBy}-large`}
                labelledBy={labelledBy}
                kind={kind}
                large
                value={value}
                hint={t(`editor.form.hint.${kind}`)}
                names={names}
                values={values}
                readOnly={readOnly}
                onChange={onChange}
                onReady={(ready) => {
                  insert.current = ready;
                }}
              />
            </Suspense>
          </div>
          <ValuePreview value={kind === 'expr' ? { $expr: value } : { $text: value }} path={ROOT} />
          <details className={classes.functions}>
            <summary>{t('editor.formula.functions')}</summary>
            <dl>
              {FUNCTIONS.map(({ name, call }) => (
                <div key={name}>
                  <dt>{call}</dt>
                  <dd>{t(`editor.formula.function.${name}`)}</dd>
                </div>
              ))}
            </dl>
          </details>
        </div>
      </div>
      <Group justify="flex-end" mt="md">
        {!readOnly && <FormulaWish kind={kind} onUse={onChange} />}
        <Button onClick={onClose}>{t('editor.formula.done')}</Button>
      </Group>
    </Modal>
  );
}
