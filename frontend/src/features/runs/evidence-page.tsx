import { Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconArrowLeft, IconCircleCheck } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Manifest, useManifest } from '@/api/reports';
import { useCan } from '@/api/session';
import { useNodeKind } from '@/api/workflows';
import { personName } from '@/core/erased';
import { phrase } from '@/core/server-words';
import { dateTime, fileSize } from '@/core/time';
import { label } from '@/core/values';
import { TextLink } from '@/ui/button-link';
import { type Column, DataTable, Waiting } from '@/ui/data-table';
import { DownloadButton } from '@/ui/download-button';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import classes from './evidence.module.css';
import { HOWS } from './started-by';

/** `/runs/…/evidence`: what a run was made of, and whether its result can be had once more. */
export default function EvidencePage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/authed/shell/runs/$id/evidence' });
  const manifest = useManifest(id);
  return (
    <Page
      title={t('reports.evidence.title')}
      lead={t('reports.evidence.lead')}
      back={
        <TextLink to="/runs/$id" params={{ id }} search={{}} size="sm" c="dimmed" className={classes.back}>
          <IconArrowLeft size={14} aria-hidden /> {t('reports.evidence.back')}
        </TextLink>
      }
      actions={
        <DownloadButton href={`/api/runs/${id}/manifest`} name={`run-${id}.json`}>
          {t('reports.evidence.download')}
        </DownloadButton>
      }
    >
      <ProblemAlert error={manifest.error} retry={() => void manifest.refetch()} />
      {manifest.isPending && <Waiting />}
      {manifest.data && <Evidence manifest={manifest.data} />}
    </Page>
  );
}

function Evidence({ manifest }: { manifest: Manifest }) {
  return (
    <>
      <Verdict manifest={manifest} />
      <Facts manifest={manifest} />
      <Steps manifest={manifest} />
      {manifest.assets.length > 0 && <Assets manifest={manifest} />}
      {manifest.files.length > 0 && <Files manifest={manifest} />}
      {manifest.outside.length > 0 && <Outside manifest={manifest} />}
    </>
  );
}

function Verdict({ manifest }: { manifest: Manifest }) {
  const { t } = useTranslation();
  const whole = manifest.missing.length === 0;
  return (
    <section className={classes.verdict} data-whole={whole || undefined} aria-labelledby="verdict">
      {whole ? <IconCircleCheck size={24} aria-hidden /> : <IconAlertTriangle size={24} aria-hidden />}
      <div>
        <Title order={2} size="h5" id="verdict">
          {t(whole ? 'reports.evidence.whole' : 'reports.evidence.notWhole')}
        </Title>
        <ul className={classes.reasons}>
          {manifest.missing.map((one) => (
            <li key={`${one.code} ${one.node} ${one.name}`}>
              {t(`reports.missing.${one.code}`, { name: phrase(one.name) })}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function Facts({ manifest }: { manifest: Manifest }) {
  const { t } = useTranslation();
  const audits = useCan('audit:read');
  const how = HOWS.find((one) => one === manifest.how);
  const facts: [string, React.ReactNode][] = [
    [t('reports.evidence.startedBy'), manifest.started_by?.name ?? t('reports.evidence.nobody')],
    [t('reports.evidence.how'), how ? t(`runs.how.${how}`) : label(manifest.how)],
    [
      t('reports.evidence.token'),
      manifest.token ? <TokenLink key="token" token={manifest.token} link={audits} /> : '–',
    ],
    [t('reports.evidence.actsFor'), personName(phrase(manifest.acts_for))],
    [
      t('reports.evidence.version'),
      t('reports.subject.version', { workflow: manifest.workflow.name, number: manifest.version ?? '–' }),
    ],
    [t('reports.evidence.contentHash'), <code key="content">{manifest.content_hash}</code>],
    [t('reports.evidence.at'), dateTime(new Date(manifest.created_at))],
    [t('reports.evidence.head', { count: manifest.events }), <code key="head">{manifest.head}</code>],
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function TokenLink({ token, link }: { token: { id: string; name: string }; link: boolean }) {
  const name = token.name || token.id;
  return link ? (
    <TextLink to="/audit" search={{ token: token.id }}>
      {name}
    </TextLink>
  ) : (
    name
  );
}

function Part<T>({
  title,
  columns,
  rows,
  id,
}: {
  title: string;
  columns: Column<T>[];
  rows: T[];
  id: (row: T) => string;
}) {
  return (
    <section>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      <DataTable
        label={title}
        columns={columns}
        rows={rows}
        rowKey={id}
        query={{ isPending: false, error: null, refetch: () => undefined }}
        empty={null}
      />
    </section>
  );
}

function Steps({ manifest }: { manifest: Manifest }) {
  const { t } = useTranslation();
  const columns: Column<Manifest['steps'][number]>[] = [
    {
      key: 'name',
      header: t('reports.column.step'),
      cell: (row) => (
        <Link to="/runs/$id" params={{ id: manifest.run }} search={{ step: row.step }} className={classes.plain}>
          {phrase(row.name)}
        </Link>
      ),
    },
    {
      key: 'type',
      header: t('reports.column.type'),
      wide: true,
      cell: (row) => (row.type_version === null ? '–' : <Kind type={row.type} version={row.type_version} />),
    },
    { key: 'tries', header: t('reports.column.tries'), wide: true, cell: (row) => row.attempts },
    { key: 'digest', header: t('reports.column.digest'), cell: (row) => <Digest value={row.digest} /> },
    {
      key: 'kept',
      header: t('reports.column.kept'),
      cell: (row) => (row.digest ? t(row.kept ? 'reports.evidence.kept' : 'reports.evidence.gone') : '–'),
    },
  ];
  const rows = manifest.steps;
  return <Part title={t('reports.evidence.steps')} columns={columns} rows={rows} id={(row) => String(row.step)} />;
}

/** In words, and exactly. */
function Kind({ type, version }: { type: string; version: number }) {
  const { t } = useTranslation();
  const kind = useNodeKind(type, version);
  return (
    <>
      {kind && <Text size="sm">{kind.title}</Text>}
      <Text size="xs" c="dimmed">
        {t('reports.evidence.kind', { type, version })}
      </Text>
    </>
  );
}

function Assets({ manifest }: { manifest: Manifest }) {
  const { t } = useTranslation();
  const names = new Map(manifest.steps.map((step) => [step.node, phrase(step.name)]));
  const columns: Column<Manifest['assets'][number]>[] = [
    {
      key: 'name',
      header: t('reports.column.asked'),
      cell: (row) => (
        <Link to="/assets/$id" params={{ id: row.asset.id }} className={classes.plain}>
          {t('reports.subject.model', { name: phrase(row.asset.name), number: row.version })}
        </Link>
      ),
    },
    { key: 'step', header: t('reports.column.step'), cell: (row) => names.get(row.node) ?? row.node },
    {
      key: 'provider',
      header: t('reports.column.provider'),
      wide: true,
      cell: ({ asked }) => (asked ? t('reports.evidence.provider', { model: asked.model, host: asked.host }) : '–'),
    },
    { key: 'calls', header: t('reports.column.calls'), wide: true, cell: (row) => row.calls },
    { key: 'hash', header: t('reports.column.digest'), wide: true, cell: (row) => <Digest value={row.content_hash} /> },
  ];
  const id = (row: Manifest['assets'][number]) => [row.asset.id, row.version, row.arm, row.node].join(' ');
  return <Part title={t('reports.evidence.assets')} columns={columns} rows={manifest.assets} id={id} />;
}

function Files({ manifest }: { manifest: Manifest }) {
  const { t } = useTranslation();
  const columns: Column<Manifest['files'][number]>[] = [
    { key: 'name', header: t('reports.column.file'), cell: (row) => row.name },
    {
      key: 'size',
      header: t('reports.column.size'),
      wide: true,
      cell: (row) => (row.size === null ? '–' : fileSize(row.size)),
    },
    { key: 'sha256', header: t('reports.column.digest'), cell: (row) => <Digest value={row.sha256} /> },
    {
      key: 'kept',
      header: t('reports.column.kept'),
      cell: (row) => t(row.kept ? 'reports.evidence.kept' : 'reports.evidence.gone'),
    },
  ];
  return <Part title={t('reports.evidence.files')} columns={columns} rows={manifest.files} id={(row) => row.id} />;
}

function Outside({ manifest }: { manifest: Manifest }) {
  const { t } = useTranslation();
  const audits = useCan('audit:read');
  const names = new Map(manifest.steps.map((step) => [step.node, phrase(step.name)]));
  const columns: Column<Manifest['outside'][number]>[] = [
    { key: 'host', header: t('reports.column.host'), cell: (row) => (row.port ? `${row.host}:${row.port}` : row.host) },
    { key: 'kind', header: t('reports.column.kind'), cell: (row) => t(`reports.word.${row.kind}`) },
    { key: 'step', header: t('reports.column.step'), wide: true, cell: (row) => names.get(row.node) ?? row.node },
    { key: 'calls', header: t('reports.column.calls'), wide: true, cell: (row) => row.calls },
    { key: 'bytes', header: t('reports.column.bytes'), wide: true, cell: (row) => fileSize(row.bytes) },
  ];
  const id = (row: Manifest['outside'][number]) => [row.host, row.port, row.kind, row.node].join(' ');
  return (
    <>
      <Part title={t('reports.evidence.outside')} columns={columns} rows={manifest.outside} id={id} />
      {audits && (
        <TextLink to="/audit/reports/$report" params={{ report: 'outside' }} search={{ run: manifest.run }} size="sm">
          {t('reports.evidence.eachCall')}
        </TextLink>
      )}
    </>
  );
}

/** Enough of a digest to compare by eye; the file has all of it. */
function Digest({ value }: { value: string }) {
  if (!value) return '–';
  return (
    <Text component="code" size="xs" title={value}>
      {value.slice(0, 16)}…
    </Text>
  );
}
