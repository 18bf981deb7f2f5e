import { Select, Text, Title } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Difference, useComparison } from '@/api/asset-versions';
import { useAsset } from '@/api/assets';
import type { AssetDetail } from '@/api/types';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import classes from './assets.module.css';
import { BackToVersions } from './back-to-versions';
import { byPart, chosenOf } from './comparing';
import { DifferenceTable } from './difference-table';

/** `/assets/<id>/compare?before=&after=`: what is different between two versions. */
export default function ComparePage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/authed/shell/assets/$id/compare' });
  const asset = useAsset(id);
  const back = <BackToVersions asset={id} title={asset.data?.title} />;
  if (!asset.data) {
    return (
      <Page title={t('assets.compare.title')} back={back}>
        {asset.error ? <ProblemAlert error={asset.error} retry={() => void asset.refetch()} /> : <Waiting />}
      </Page>
    );
  }
  return (
    <Page
      title={t('assets.compare.of', { title: asset.data.title })}
      heading={t('assets.compare.title')}
      back={back}
      actions={asset.data.versions.length > 1 && <Choices asset={asset.data} />}
    >
      <Compared asset={asset.data} />
    </Page>
  );
}

function useChosen(asset: AssetDetail) {
  const search = useSearch({ from: '/authed/shell/assets/$id/compare' });
  return chosenOf(asset, search);
}

function Choices({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const { before, after } = useChosen(asset);
  return (
    <span className={classes.facts}>
      <Choice asset={asset} name="before" label={t('assets.compare.before')} value={before} other={after} />
      <IconArrowRight size={18} aria-hidden />
      <Choice asset={asset} name="after" label={t('assets.compare.after')} value={after} other={before} />
    </span>
  );
}

interface ChoiceProps {
  asset: AssetDetail;
  name: 'before' | 'after';
  label: string;
  value: number | undefined;
  other: number | undefined;
}

function Choice({ asset, name, label, value, other }: ChoiceProps) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/assets/$id/compare' });
  const live = asset.live?.number;
  return (
    <Select
      aria-label={label}
      w={160}
      allowDeselect={false}
      data={asset.versions.map(({ number }) => ({
        value: String(number),
        label: `${t('assets.versions.number', { number })}${number === live ? ` (${t('assets.live.short')})` : ''}`,
        disabled: number === other,
      }))}
      value={value === undefined ? null : String(value)}
      onChange={(next) => next && void navigate({ search: (old) => ({ ...old, [name]: Number(next) }), replace: true })}
    />
  );
}

function Compared({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const { before, after } = useChosen(asset);
  const comparison = useComparison(asset.id, asset.may.modify ? before : undefined, after);
  if (asset.versions.length < 2) return <Text c="dimmed">{t('assets.compare.one')}</Text>;
  if (!asset.may.modify) return <Text c="dimmed">{t('assets.compare.denied')}</Text>;
  if (comparison.error) return <ProblemAlert error={comparison.error} retry={() => void comparison.refetch()} />;
  if (!comparison.data) return <Waiting />;
  const { differences } = comparison.data;
  if (differences.length === 0) return <Text role="status">{t('assets.compare.same')}</Text>;
  return (
    <>
      <Text c="dimmed" role="status">
        {t('assets.compare.differences', { count: differences.length })}
      </Text>
      {byPart(differences).map(({ part, rows }) => (
        <Part key={part} part={part} rows={rows} />
      ))}
    </>
  );
}

function Part({ part, rows }: { part: ReturnType<typeof byPart>[number]['part']; rows: Difference[] }) {
  const { t } = useTranslation();
  const title = t(`assets.compare.part.${part}`);
  return (
    <section className={classes.section} aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <DifferenceTable label={title} rows={rows} />
    </section>
  );
}
