import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCredentials } from '@/api/governance';
import { useCan } from '@/api/session';
import { TextLink } from '@/ui/button-link';

interface ConnectionChoiceProps {
  value: string | null;
  onChange: (value: string | null) => void;
  error?: string | undefined;
}

/** The account to use at another system; nothing for those who may use none. */
export function ConnectionChoice({ value, onChange, error }: ConnectionChoiceProps) {
  const { t } = useTranslation();
  const reads = useCan('credential:read');
  const uses = useCan('credential:use');
  const credentials = useCredentials(reads && uses);
  if (!reads || !uses) return null;
  return (
    <Select
      label={t('tools.connection')}
      description={
        <>
          {t('tools.connectionHint')}{' '}
          <TextLink to="/connections" inherit underline="always">
            {t('app.nav.connections')}
          </TextLink>
        </>
      }
      placeholder={t('tools.noConnection')}
      clearable
      searchable
      data={credentials.rows.map((one) => ({ value: one.id, label: one.name }))}
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}
