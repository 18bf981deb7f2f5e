import { Alert, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAssetVersion, type VersionDetail } from '@/api/asset-versions';
import { useAsset } from '@/api/assets';
import { useCredentials } from '@/api/governance';
import { useCan } from '@/api/session';
import type { AssetDetail, AssetVersion } from '@/api/types';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { TimeAgo } from '@/ui/time-ago';
import { ValueTable } from '@/ui/value-table';
import { AliasDialog, type Moving } from './alias-dialog';
import { AliasTags } from './alias-tags';
import classes from './assets.module.css';
import { BackToVersions } from './back-to-versions';
import { Shape } from './shape';
import { shownConfig } from './shape-fields';
import { TrainingCard } from './training-card';
import { VersionMenu } from './version-menu';

/** `/assets/<id>/versions/<number>`: what one version is made of, and how good it is. */
export default function VersionPage() {
  const { t } = useTranslation();
  const { id, number } = useParams({ from: '/authed/shell/assets/$id/versions/$number' });
  const asset = useAsset(id);
  const version = asset.data?.versions.find((one) => String(one.number) === number);
  const detail = useAssetVersion(version?.id);
  const error = asset.error ?? detail.error;
  const back = <BackToVersions asset={id} title={asset.data?.title} />;
  if (!asset.data || !version) {
    return (
      <Page title={t('assets.version.title', { number })} back={back}>
        {error ? (
          <ProblemAlert error={error} />
        ) : asset.data ? (
          <Text>{t('assets.version.unknown', { number })}</Text>
        ) : (
          <Waiting />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={t('assets.version.of', { number, title: asset.data.title })}
      heading={t('assets.version.title', { number })}
      back={back}
      lead={version.note || undefined}
      actions={<Verbs asset={asset.data} version={version} />}
    >
      {detail.error && <ProblemAlert error={detail.error} retry={() => void detail.refetch()} />}
      {!detail.data && !detail.error && <Waiting />}
      {detail.data && <Content asset={asset.data} version={detail.data} />}
    </Page>
  );
}

function Verbs({ asset, version }: { asset: AssetDetail; version: AssetVersion }) {
  const [moving, setMoving] = useState<Moving | null>(null);
  return (
    <>
      <AliasTags asset={asset} version={version} />
      <VersionMenu asset={asset} version={version} onMove={setMoving} />
      {moving && <AliasDialog asset={asset} moving={moving} onClose={() => setMoving(null)} />}
    </>
  );
}

function Content({ asset, version }: { asset: AssetDetail; version: VersionDetail }) {
  const { t } = useTranslation();
  const trained = Object.keys(version.card).length > 0;
  return (
    <div className={classes.columns}>
      <div className={classes.column}>
        {!version.intact && (
          <Alert color="red" title={t('assets.version.altered')} icon={<IconAlertTriangle size={18} aria-hidden />}>
            {t('assets.version.alteredText')}
          </Alert>
        )}
        <Made kind={asset.kind} config={version.config} />
        {asset.kind !== 'prompt' && (
          <>
            <Part title={t('assets.version.inputs')}>
              <Shape schema={version.inputs} caption={t('assets.version.inputs')} />
            </Part>
            <Part title={t('assets.version.outputs')}>
              <Shape schema={version.outputs} caption={t('assets.version.outputs')} />
            </Part>
          </>
        )}
        {!trained && Object.keys(version.metrics).length > 0 && (
          <Part title={t('assets.version.metrics')}>
            <ValueTable value={version.metrics} caption={t('assets.version.metrics')} />
          </Part>
        )}
        {trained && <TrainingCard card={version.card} rowsHidden={!asset.may.modify} />}
      </div>
      <Facts version={version} />
    </div>
  );
}

/** What it is made of; the text of a prompt as people read it. */
function Made({ kind, config }: { kind: AssetDetail['kind']; config: VersionDetail['config'] }) {
  const { t } = useTranslation();
  const credentials = useCredentials(useCan('credential:read') && Boolean(config?.credential));
  const connections = new Map(credentials.rows.map(({ id, name }) => [id, name]));
  if (config === null) return <Text c="dimmed">{t('assets.version.noConfig')}</Text>;
  if (kind === 'prompt' && typeof config.text === 'string') {
    return (
      <Part title={t('assets.version.prompt')}>
        <p className={classes.prompt}>{config.text}</p>
      </Part>
    );
  }
  return (
    <Part title={t('assets.version.config')}>
      <ValueTable value={shownConfig(config, connections)} caption={t('assets.version.config')} />
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.panel} aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
    </section>
  );
}

const SHORT = 16;

function Facts({ version }: { version: VersionDetail }) {
  const { t } = useTranslation();
  const facts: [string, ReactNode][] = [
    [t('assets.version.by'), version.created_by?.name ?? '–'],
    [t('assets.version.at'), <TimeAgo key="at" at={version.created_at} />],
    [t('assets.version.runtime'), version.runtime ? t(`assets.runtime.${version.runtime}`) : ''],
    [t('assets.version.digest'), version.digest && <Fingerprint key="digest" text={version.digest} />],
    [t('assets.version.hash'), <Fingerprint key="hash" text={version.content_hash} />],
    [t('assets.version.signed'), version.signed_by],
  ];
  return (
    <aside className={classes.panel} aria-label={t('assets.version.facts')}>
      {version.intact && (
        <Text size="sm" className={classes.intact}>
          <IconShieldCheck size={18} stroke={1.7} aria-hidden />
          {t('assets.version.intact')}
        </Text>
      )}
      <dl className={classes.list}>
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </aside>
  );
}

/** The beginning of a long number; all of it behind it. */
function Fingerprint({ text }: { text: string }) {
  return (
    <code title={text}>
      {text.slice(0, SHORT)}
      {text.length > SHORT && '…'}
    </code>
  );
}
