import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useHistory } from '@/api/governance';
import { useCan } from '@/api/session';
import { TextLink } from '@/ui/button-link';
import { History } from '@/ui/history';

/** What people did with the run and its tasks; nothing while nobody did anything. */
export function RunHistory({ run }: { run: string }) {
  const { t } = useTranslation();
  const audits = useCan('audit:read');
  const { rows, query } = useHistory('runs', run);
  if (query.isSuccess && rows.length === 0) return null;
  return (
    <section aria-labelledby="history">
      <Title order={2} size="h4" id="history" mb="md">
        {t('audit.history.title')}
      </Title>
      <History
        label={t('audit.history.title')}
        rows={rows}
        query={query}
        whole={
          audits && (
            <TextLink to="/audit" search={{ object_type: 'run', object_id: run }} size="sm">
              {t('audit.history.whole')}
            </TextLink>
          )
        }
      />
    </section>
  );
}
