import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
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
      <TextInput
        label={t('reports.from')}
        type="date"
        value={since ?? ''}
        onChange={(event) => onChange({ since: event.currentTarget.value || undefined })}
        w={150}
      />
      <TextInput
        label={t('reports.to')}
        type="date"
        value={until ?? ''}
        onChange={(event) => onChange({ until: event.currentTarget.value || undefined })}
        w={150}
      />
    </div>
  );
}
