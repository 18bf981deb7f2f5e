import { Link, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { PageTabs } from '@/ui/page-tabs';

/** The pages of the audit, as far as they open for the person; each has an address of its own. */
export function AuditTabs() {
  const { t } = useTranslation();
  const seesPayload = useCan('run:payload');
  const only = { exact: true, includeSearch: false };
  const reporting = useLocation({ select: ({ pathname }) => pathname.startsWith('/audit/reports/') });
  return (
    <PageTabs label={t('reports.tab.label')}>
      <Link to="/audit" search={{}} activeOptions={only}>
        {t('reports.tab.trail')}
      </Link>
      <Link to="/audit/questions" activeOptions={only}>
        {t('reports.tab.questions')}
      </Link>
      <Link
        to="/audit/reports/$report"
        params={{ report: 'outside' }}
        search={{}}
        activeOptions={only}
        {...(reporting && { 'data-status': 'active', 'aria-current': 'page' })}
      >
        {t('reports.tab.reports')}
      </Link>
      <Link to="/audit/access" search={{}} activeOptions={only}>
        {t('reports.tab.access')}
      </Link>
      <Link to="/audit/integrity" activeOptions={only}>
        {t('reports.tab.integrity')}
      </Link>
      {seesPayload && (
        <Link to="/audit/search" activeOptions={only}>
          {t('reports.tab.search')}
        </Link>
      )}
    </PageTabs>
  );
}
