import { Tabs } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useAsset } from '@/api/assets';
import type { AssetDetail } from '@/api/types';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { AssetActions } from './asset-actions';
import { AssetFacts } from './asset-facts';
import { tabsOf } from './asset-tabs';
import classes from './assets.module.css';

/** `/assets/<id>?tab=`: everything about one model, tool, agent, prompt or data set. */
export default function AssetPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/authed/shell/assets/$id' });
  const asset = useAsset(id);
  const back = (
    <TextLink to="/assets" size="sm" c="dimmed" className={classes.back}>
      <IconArrowLeft size={14} aria-hidden /> {t('app.nav.assets')}
    </TextLink>
  );
  if (!asset.data) {
    return (
      <Page title={t('assets.one')} back={back}>
        {asset.error ? <ProblemAlert error={asset.error} retry={() => void asset.refetch()} /> : <Waiting />}
      </Page>
    );
  }
  return (
    <Page
      title={asset.data.title}
      back={back}
      lead={<AssetFacts asset={asset.data} />}
      actions={<AssetActions asset={asset.data} />}
    >
      <Tabbed asset={asset.data} />
    </Page>
  );
}

function Tabbed({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const { tab } = useSearch({ from: '/authed/shell/assets/$id' });
  const navigate = useNavigate({ from: '/assets/$id' });
  const tabs = tabsOf(asset);
  const open = tabs.find(({ key }) => key === tab) ?? tabs[0];
  const list = useRef<HTMLDivElement>(null);
  // On a phone the tabs are wider than the screen: the open one is brought into sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another one opens
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [open?.key]);
  if (!open) return null;
  const Content = open.load;
  return (
    <Tabs
      value={open.key}
      onChange={(key) => void navigate({ search: { tab: key === tabs[0]?.key ? undefined : (key ?? undefined) } })}
      keepMounted={false}
    >
      <Tabs.List ref={list} className={classes.tabs} aria-label={t('assets.tab.label', { title: asset.title })}>
        {tabs.map(({ key }) => (
          <Tabs.Tab key={key} value={key} className={classes.tab}>
            {t(`assets.tab.${key}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={open.key} className={classes.content}>
        <Suspense fallback={<Waiting />}>
          <Content asset={asset} />
        </Suspense>
      </Tabs.Panel>
    </Tabs>
  );
}
