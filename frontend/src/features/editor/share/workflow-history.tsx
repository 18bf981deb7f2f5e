import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useHistory } from '@/api/governance';
import { useCan } from '@/api/session';
import { TextLink } from '@/ui/button-link';
import { History } from '@/ui/history';
import classes from './share.module.css';

/** What was done to the workflow, from the same trail that auditors read. */
export function WorkflowHistory({ workflow }: { workflow: string }) {
  const { t } = useTranslation();
  const audits = useCan('audit:read');
  const { rows, query } = useHistory('workflows', workflow);
  return (
    <section aria-labelledby="history" className={classes.history}>
      <Title order={2} size="h4" id="history" mb="md">
        {t('audit.history.title')}
      </Title>
      <History
        label={t('audit.history.title')}
        rows={rows}
        query={query}
        whole={
          audits && (
            <TextLink to="/audit" search={{ object_type: 'workflow', object_id: workflow }} size="sm">
              {t('audit.history.whole')}
            </TextLink>
          )
        }
      />
    </section>
  );
}
