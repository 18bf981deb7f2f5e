import { Text, Title } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { EmptyState } from '@/ui/empty-state';
import bar from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { SearchField } from '@/ui/search-field';
import { TurnedAway } from '@/ui/turned-away';
import { AuditTabs } from './audit-tabs';
import { GROUPS, QUESTIONS } from './questions';
import classes from './questions.module.css';

/** `/audit/questions`: what an auditor may want to know, and where it is answered. */
export default function QuestionsPage() {
  return useCan('audit:read') ? <Questions /> : <TurnedAway />;
}

function Questions() {
  const { t } = useTranslation();
  const { search = '' } = useSearch({ from: '/authed/shell/audit/questions' });
  const navigate = useNavigate({ from: '/audit/questions' });
  const seesPayload = useCan('run:payload');
  const asked = useMemo(
    () =>
      QUESTIONS.filter(({ link }) => seesPayload || link.to !== '/audit/search')
        .map((one) => ({ ...one, ask: t(`reports.${one.id}.ask`), how: t(`reports.${one.id}.how`) }))
        .filter(({ ask, how }) => `${ask} ${how}`.toLocaleLowerCase().includes(search.toLocaleLowerCase())),
    [t, search, seesPayload],
  );
  return (
    <Page title={t('reports.questions.title')} lead={t('reports.questions.lead')}>
      <AuditTabs />
      <search className={bar.bar}>
        <SearchField
          label={t('reports.questions.search')}
          value={search}
          onSearch={(sought) => void navigate({ search: { search: sought }, replace: true })}
        />
      </search>
      {asked.length === 0 && <EmptyState icon={IconArrowRight} title={t('reports.questions.none')} />}
      {GROUPS.filter((group) => asked.some((one) => one.group === group)).map((group) => (
        <section key={group} aria-labelledby={`group-${group}`}>
          <Title order={2} size="h4" id={`group-${group}`} mb="sm">
            {t(`reports.group.${group}`)}
          </Title>
          <ul className={classes.list}>
            {asked
              .filter((one) => one.group === group)
              .map(({ id, link, ask, how }) => (
                <li key={id} className={classes.item}>
                  <div>
                    <Link {...link} className={classes.ask}>
                      {ask}
                    </Link>
                    <Text size="sm" c="dimmed">
                      {how}
                    </Text>
                  </div>
                  <IconArrowRight size={18} aria-hidden className={classes.arrow} />
                </li>
              ))}
          </ul>
        </section>
      ))}
    </Page>
  );
}
