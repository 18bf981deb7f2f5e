import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAlertTriangle, IconPlayerTrackNext } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormulaTrial } from '@/api/formulas';
import { namesIn, type Path, previewOf, textParts, valueAt } from '@/core/graph/formulas';
import { plainText } from '@/core/values';
import { useEditorWorld } from '../editor-store';
import classes from './form.module.css';
import { useForm } from './form-context';
import { sameSettings } from './form-schema';
import { useFormulaWords } from './formula-words';

const PAUSE_MS = 300;
const LONGEST = 160;

/** The real resulting value under a setting, for the row a person points at; or what it still needs, or what is wrong. */
export function ValuePreview({ value, path }: { value: unknown; path: Path }) {
  const { t } = useTranslation();
  const { workflow } = useEditorWorld();
  const { values, row, wrote, got, names, gather, readOnly } = useForm();
  const words = useFormulaWords();
  const plain = previewOf(value, values);
  const before = row === null ? valueAt(got, path) : undefined;
  const ran = before !== undefined && sameSettings(valueAt(wrote, path), value);
  const known = plain.known ? plain : ran ? { known: true as const, value: before } : null;

  const used = namesIn(value);
  const missing = names.filter((one) => used.has(one.name) && values[one.name] === undefined && one.kind !== 'run');
  const scope = Object.fromEntries([...used].filter((name) => name in values).map((name) => [name, values[name]]));
  const asks = known === null && missing.length === 0 && !readOnly && !isEmpty(value);
  const [asked] = useDebouncedValue(asks ? { value, scope } : null, PAUSE_MS);
  const trial = useFormulaTrial(workflow, asks ? asked : null);

  const error = asks ? trial.data?.error : null;
  if (error && error.code !== 'empty') {
    return (
      <div className={classes.problem} role="status">
        <IconAlertTriangle size={14} aria-hidden />
        <span>{words(error)}</span>
      </div>
    );
  }
  const shown = known ?? (asks && trial.data && !error && trial.data.missing.length === 0 ? trial.data : null);
  if (shown) {
    const text = shorten(nameOfFile(shown.value) ?? plainText(shown.value));
    return (
      <output className={classes.preview} data-row={row ?? undefined}>
        <span>{row === null ? t('editor.form.result') : t('editor.form.resultOfRow', { row })}</span>{' '}
        <strong dir="auto">{text === '' ? t('editor.data.empty') : text}</strong>
      </output>
    );
  }
  if (missing.length === 0) return null;
  const list = missing.map((one) => one.label || one.name).join(', ');
  return (
    <div className={classes.preview} data-missing>
      <span>{t('editor.form.noData', { steps: list })}</span>
      {gather && (
        <Button
          size="compact-xs"
          variant="light"
          leftSection={<IconPlayerTrackNext size={13} aria-hidden />}
          loading={gather.busy}
          onClick={gather.begin}
        >
          {t('editor.form.gather')}
        </Button>
      )}
    </div>
  );
}

/** Nothing is written yet: no formula, or text without one. */
function isEmpty(value: unknown): boolean {
  const { $expr, $text } = value as { $expr?: string; $text?: string };
  if ($expr !== undefined) return $expr.trim() === '';
  return !textParts($text ?? '').some((part) => part.kind === 'formula') && !($text ?? '').includes('{{');
}

const shorten = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text);

/** A file is told by its name; other records and lists are told in words. */
function nameOfFile(value: unknown): string | null {
  const { file_id, name } = (value ?? {}) as { file_id?: unknown; name?: unknown };
  return file_id !== undefined && typeof name === 'string' ? name : null;
}
