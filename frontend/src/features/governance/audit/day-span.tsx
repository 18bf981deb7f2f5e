import { useTranslation } from 'react-i18next';
import { DayInput } from '@/ui/day-input';
import bar from '@/ui/filters.module.css';

interface Span {
  since?: string | undefined;
  until?: string | undefined;
}

/** From one day to another, both of them with it. */
export function DaySpan({ since, until, onChange }: Span & { onChange: (span: Span) => void }) {
  const { t } = useTranslation();
  return (
    <div className={bar.span}>
      <DayInput
        label={t('reports.from')}
        value={since ?? ''}
        onChange={(day) => onChange({ since: day || undefined })}
        w={150}
      />
      <DayInput
        label={t('reports.to')}
        value={until ?? ''}
        onChange={(day) => onChange({ until: day || undefined })}
        w={150}
      />
    </div>
  );
}
