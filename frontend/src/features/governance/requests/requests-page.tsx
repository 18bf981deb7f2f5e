import { Select, Tabs } from '@mantine/core';
import { IconUserCheck } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Request, type RequestShow, useRequests, useWaitingRequests } from '@/api/requests';
import { REQUEST_KINDS, type RequestKind, SHOWN_STATE } from '@/core/requests';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import filters from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { RequestLink } from '@/ui/requests/request-link';
import { useRequestWords } from '@/ui/requests/use-request-words';
import { Badge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import classes from './requests.module.css';

const SHOWS: readonly RequestShow[] = ['waiting', 'open', 'mine', 'decided'];

/** `/requests`: everything that takes a second person. */
export default function RequestsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/requests' });
  const show = SHOWS.find((one) => one === search.show) ?? 'waiting';
  const kind = REQUEST_KINDS.find((one) => one === search.kind);
  const navigate = useNavigate({ from: '/requests' });
  const list = useRequests({ show, kind });
  const waiting = useWaitingRequests().data?.count;
  const columns = useColumns(show === 'decided');
  return (
    <Page title={t('app.nav.requests')} lead={t('requests.lead')}>
      <Tabs
        value={show}
        onChange={(value) =>
          void navigate({
            search: (before) => ({ ...before, show: value === 'waiting' || value === null ? undefined : value }),
          })
        }
      >
        <Tabs.List className={classes.tabs} aria-label={t('requests.show.label')}>
          {SHOWS.map((one) => (
            <Tabs.Tab key={one} value={one} className={classes.tab}>
              {one === 'waiting' && waiting
                ? t('requests.show.waitingCount', { count: waiting })
                : t(`requests.show.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={show} className={classes.panel}>
          <search className={filters.bar}>
            <Select
              aria-label={t('requests.kindLabel')}
              placeholder={t('requests.anyKind')}
              clearable
              data={REQUEST_KINDS.map((one) => ({ value: one, label: t(`requests.kind.${kindKey(one)}`) }))}
              value={kind ?? null}
              onChange={(value) =>
                void navigate({ search: (before) => ({ ...before, kind: value ?? undefined }), replace: true })
              }
            />
          </search>
          <DataTable
            label={t('app.nav.requests')}
            columns={columns}
            rows={list.rows}
            rowKey={(row) => row.id}
            count={list.count}
            query={list.query}
            empty={
              <EmptyState icon={IconUserCheck} title={t(`requests.empty.${show}`)} text={t('requests.empty.text')} />
            }
          />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** Kinds as the keys of messages: a dot would lead into a deeper level. */
function kindKey<Kind extends RequestKind>(kind: Kind) {
  return kind.replace('.', '_') as Kind extends `${infer Room}.${infer What}` ? `${Room}_${What}` : never;
}

function useColumns(decided: boolean): Column<Request>[] {
  const { t } = useTranslation();
  const words = useRequestWords();
  const asker = (row: Request) => row.requester?.name ?? t('words.request.product');
  const until = (row: Request) => (decided && row.decided_at) || row.expires_at;
  return [
    {
      key: 'what',
      header: t('requests.column.what'),
      cell: (row) => (
        <div className={classes.what}>
          <RequestLink request={row} className={classes.open ?? ''}>
            {words(row)}
          </RequestLink>
          <span className={classes.small}>{row.reason}</span>
          <span className={classes.onPhone}>
            <span>{t('requests.askedBy', { name: asker(row) })}</span>
            <TimeAgo at={row.created_at} />
          </span>
        </div>
      ),
    },
    {
      key: 'state',
      header: t('requests.column.state'),
      cell: (row) => <Badge shown={SHOWN_STATE[row.state]} label={t(`requests.state.${row.state}`)} />,
    },
    { key: 'by', header: t('requests.column.by'), wide: true, cell: asker },
    {
      key: 'at',
      header: t('requests.column.at'),
      wide: true,
      cell: (row) => <TimeAgo at={row.created_at} />,
    },
    ...(decided
      ? [
          {
            key: 'decider',
            header: t('requests.column.decider'),
            wide: true,
            cell: (row: Request) => row.decider?.name ?? '–',
          },
        ]
      : []),
    {
      key: 'until',
      header: t(decided ? 'requests.column.decided' : 'requests.column.until'),
      wide: true,
      cell: (row) => <TimeAgo at={until(row)} />,
    },
  ];
}
