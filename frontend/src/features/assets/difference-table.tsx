import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Difference } from '@/api/asset-versions';
import { diffLines, folded } from '@/core/line-diff';
import { label, plainText } from '@/core/values';
import { ValueTable } from '@/ui/value-table';
import { changeOf, isLongText } from './comparing';
import classes from './difference-table.module.css';

/** Each setting with its value in both versions; long texts line by line. */
export function DifferenceTable({ label: caption, rows }: { label: string; rows: readonly Difference[] }) {
  const { t } = useTranslation();
  const whole = rows.filter((row) => !isLongText(row));
  const figures = whole.some((row) => changeOf(row) !== null);
  return (
    <>
      {whole.length > 0 && (
        <div className={classes.frame}>
          <table className={classes.table} aria-label={caption}>
            <thead>
              <tr>
                <th scope="col">{t('assets.compare.setting')}</th>
                <th scope="col">{t('assets.compare.before')}</th>
                <th scope="col">{t('assets.compare.after')}</th>
                {figures && <th scope="col">{t('assets.compare.change')}</th>}
              </tr>
            </thead>
            <tbody>
              {whole.map((row) => (
                <tr key={row.path}>
                  <th scope="row">{nameOf(row.path) || t('assets.compare.whole')}</th>
                  <td>
                    <Value value={row.before} caption={`${t('assets.compare.before')}: ${nameOf(row.path)}`} />
                  </td>
                  <td>
                    <Value value={row.after} caption={`${t('assets.compare.after')}: ${nameOf(row.path)}`} />
                  </td>
                  {figures && <td className={classes.change}>{changed(row)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.filter(isLongText).map((row) => (
        <Lines key={row.path} row={row} />
      ))}
    </>
  );
}

/** "output_schema.properties.name" → "Output schema › Properties › Name". */
function nameOf(path: string): string {
  return path.split('.').filter(Boolean).map(label).join(' › ');
}

function changed(row: Difference): string {
  const by = changeOf(row);
  if (by === null) return '';
  return `${by > 0 ? '+' : ''}${plainText(Number(by.toPrecision(6)))}`;
}

function Value({ value, caption }: { value: unknown; caption: string }) {
  const { t } = useTranslation();
  if (value === null || value === undefined) {
    return (
      <Text span c="dimmed" fs="italic">
        {t('assets.compare.none')}
      </Text>
    );
  }
  return <ValueTable value={value} caption={caption} />;
}

const SIGNS = { added: '+', removed: '−', same: '' } as const;

function Lines({ row }: { row: Difference }) {
  const { t } = useTranslation();
  const lines = folded(diffLines(String(row.before ?? ''), String(row.after ?? '')));
  const caption = t('assets.compare.text.label', { name: nameOf(row.path) });
  return (
    <section className={classes.frame} aria-label={caption}>
      <Text size="xs" fw={550} className={classes.head}>
        {caption}
      </Text>
      <ol className={classes.lines}>
        {lines.map((line, index) =>
          'skipped' in line ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name and never move
            <li key={index} data-mark="skipped">
              {t('assets.compare.text.skipped', { count: line.skipped })}
            </li>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name and never move
            <li key={index} data-mark={line.mark}>
              <span aria-hidden className={classes.sign}>
                {SIGNS[line.mark]}
              </span>
              {line.mark !== 'same' && (
                <span className={classes.hidden}>{t(`assets.compare.text.${line.mark}`)}: </span>
              )}
              <span>{line.text}</span>
            </li>
          ),
        )}
      </ol>
    </section>
  );
}
