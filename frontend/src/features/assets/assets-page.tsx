import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAssets } from '@/api/assets';
import { useCan, useWorkspace } from '@/api/session';
import { DataTable } from '@/ui/data-table';
import { DownloadButton } from '@/ui/download-button';
import { Page } from '@/ui/page';
import { AddMenu } from './adding/add-menu';
import { useAssetColumns } from './asset-columns';
import { AssetFilters } from './asset-filters';
import classes from './assets.module.css';
import { KINDS } from './kinds';
import { askedFor } from './list-search';
import { NoAssets } from './no-assets';

const ALL = 'all';

/** `/assets`: every model, tool, agent, prompt and data set of the workspace. */
export default function AssetsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/assets' });
  const navigate = useNavigate({ from: '/assets' });
  const kind = KINDS.find((one) => one === search.kind);
  const list = useAssets(askedFor(search));
  const workspace = useWorkspace();
  const mayAdd = useCan('asset:modify');
  const columns = useAssetColumns(list.rows);
  const add = mayAdd && <AddMenu kind={kind} />;
  const actions = (
    <>
      <DownloadButton href={`/api/workspaces/${workspace.id}/asset-register`} title={t('assets.list.registerText')}>
        {t('assets.list.register')}
      </DownloadButton>
      {add}
    </>
  );
  return (
    <Page title={t('app.nav.assets')} lead={t('assets.lead')} actions={actions}>
      <Tabs
        value={kind ?? ALL}
        onChange={(next) =>
          void navigate({ search: (before) => ({ ...before, kind: next === ALL || next === null ? undefined : next }) })
        }
      >
        <Tabs.List className={classes.tabs} aria-label={t('assets.kinds.label')}>
          {[ALL, ...KINDS].map((one) => (
            <Tabs.Tab key={one} value={one} className={classes.tab}>
              {t(`assets.kinds.${one as typeof ALL}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={kind ?? ALL} className={classes.content}>
          <AssetFilters />
          <DataTable
            label={t('app.nav.assets')}
            columns={columns}
            rows={list.rows}
            rowKey={(row) => row.id}
            count={list.count}
            query={list.query}
            empty={<NoAssets add={add} />}
          />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
