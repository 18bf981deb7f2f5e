import { Link, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import classes from './governance.module.css';

/** The pages of the audit; each has an address of its own. */
export function AuditTabs() {
  const { t } = useTranslation();
  const only = { exact: true, includeSearch: false };
  const reporting = useLocation({ select: ({ pathname }) => pathname.startsWith('/audit/reports/') });
  return (
    <nav aria-label={t('reports.tab.label')} className={classes.tabs}>
      <Link to="/audit" search={{}} className={classes.tab} activeOptions={only}>
        {t('reports.tab.trail')}
      </Link>
      <Link to="/audit/questions" className={classes.tab} activeOptions={only}>
        {t('reports.tab.questions')}
      </Link>
      <Link
        to="/audit/reports/$report"
        params={{ report: 'outside' }}
        search={{}}
        className={classes.tab}
        activeOptions={only}
        {...(reporting && { 'data-status': 'active', 'aria-current': 'page' })}
      >
        {t('reports.tab.reports')}
      </Link>
      <Link to="/audit/access" search={{}} className={classes.tab} activeOptions={only}>
        {t('reports.tab.access')}
      </Link>
      <Link to="/audit/integrity" className={classes.tab} activeOptions={only}>
        {t('reports.tab.integrity')}
      </Link>
      <Link to="/audit/search" className={classes.tab} activeOptions={only}>
        {t('reports.tab.search')}
      </Link>
    </nav>
  );
}
