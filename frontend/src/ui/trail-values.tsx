import { useTranslation } from 'react-i18next';
import { dateTime } from '@/core/time';
import { changesOf, type TrailEntry } from '@/core/trail';
import { label, plainText } from '@/core/values';
import classes from './trail.module.css';

type Field = 'audit.field.roles';
type Word = 'audit.value.level.use';
type RoleName = 'words.role.owner.name';

const MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/;

/** Before and after in words, side by side; nothing where nothing changed. */
export function Changes({ entry }: { entry: Pick<TrailEntry, 'before' | 'after'> }) {
  const { t } = useTranslation();
  const changes = changesOf(entry);
  if (changes.length === 0) return null;
  return (
    <table className={classes.change} aria-label={t('audit.detail.change')}>
      <thead>
        <tr>
          <th scope="col">{t('audit.detail.field')}</th>
          <th scope="col">{t('audit.detail.before')}</th>
          <th scope="col">{t('audit.detail.after')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ field, before, after, changed }) => (
          <tr key={field} data-changed={changed || undefined}>
            <th scope="row">{t(`audit.field.${field}` as Field, { defaultValue: label(field) })}</th>
            <td>
              <Value field={field} value={before} />
            </td>
            <td>
              <Value field={field} value={after} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ field, value }: { field: string; value: unknown }) {
  const { t } = useTranslation();
  if (value === undefined) return <span className={classes.none}>–</span>;
  if (value === null && field === 'expires_at') return <>{t('audit.value.forever')}</>;
  if (value === null || value === '') return <span className={classes.none}>{t('audit.value.none')}</span>;
  if (typeof value === 'boolean') return <>{t(value ? 'audit.value.yes' : 'audit.value.no')}</>;
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className={classes.none}>{t('audit.value.none')}</span>;
    const roleOf = (one: unknown) =>
      field === 'roles' ? t(`words.role.${one}.name` as RoleName, { defaultValue: plainText(one) }) : plainText(one);
    return <>{value.map(roleOf).join(', ')}</>;
  }
  if (typeof value !== 'string') return <>{plainText(value)}</>;
  if (MOMENT.test(value)) return <time dateTime={value}>{dateTime(new Date(value))}</time>;
  return <>{t(`audit.value.${field}.${value}` as Word, { defaultValue: value })}</>;
}
