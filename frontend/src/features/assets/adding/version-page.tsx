import { Text, TextInput } from '@mantine/core';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddVersion, useAssetVersion } from '@/api/asset-versions';
import { useAsset } from '@/api/assets';
import type { AssetDetail } from '@/api/types';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { TurnedAway } from '@/ui/turned-away';
import { BackToVersions } from '../back-to-versions';
import making from './making.module.css';
import { usualWay, type Way, wayOf, waysFor } from './ways';

/** `/assets/<id>/versions/add?way=`: another version; nothing uses it until a name means it. */
export default function AddVersionPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/authed/shell/assets/$id/versions/add' });
  const search = useSearch({ from: '/authed/shell/assets/$id/versions/add' });
  const asset = useAsset(id);
  const back = <BackToVersions asset={id} title={asset.data?.title} />;
  if (!asset.data) {
    return (
      <Page title={t('assets.versions.add')} back={back}>
        {asset.error ? <ProblemAlert error={asset.error} retry={() => void asset.refetch()} /> : <Waiting />}
      </Page>
    );
  }
  if (!asset.data.may.modify) return <TurnedAway />;
  const ways = waysFor(asset.data);
  const wanted = wayOf(search.way);
  const way = wanted && ways.includes(wanted) ? wanted : usualWay(asset.data);
  return (
    <Page
      title={`${t('assets.versions.add')}: ${asset.data.title}`}
      heading={t('assets.versions.add')}
      lead={way ? t(`making.way.${way.key}.text`) : t('making.choose')}
      back={back}
      width={way ? 'narrow' : 'wide'}
    >
      {way ? (
        <Suspense fallback={<Waiting />}>
          <Begun asset={asset.data} way={way} />
        </Suspense>
      ) : (
        <Choices asset={asset.data} ways={ways} />
      )}
    </Page>
  );
}

function Choices({ asset, ways }: { asset: AssetDetail; ways: readonly Way[] }) {
  const { t } = useTranslation();
  if (ways.length === 0) return <Text>{t('making.noForm')}</Text>;
  return (
    <ul className={making.choices}>
      {ways.map(({ key, icon: Icon }) => (
        <li key={key}>
          <Link to="/assets/$id/versions/add" params={{ id: asset.id }} search={{ way: key }} className={making.choice}>
            <Icon size={22} stroke={1.6} aria-hidden />
            <span>
              <Text fw={550}>{t(`making.way.${key}.name`)}</Text>
              <Text size="sm" c="dimmed">
                {t(`making.way.${key}.text`)}
              </Text>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** The form opens with the settings of the newest version, once they are there. */
function Begun({ asset, way }: { asset: AssetDetail; way: Way }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const newest = asset.versions.find((version) => way.runtimes.includes(version.runtime));
  const before = useAssetVersion(newest?.id);
  const add = useAddVersion(asset.id);
  const [note, setNote] = useState('');
  const toVersions = () => void navigate({ to: '/assets/$id', params: { id: asset.id }, search: { tab: 'versions' } });
  if (before.error) return <ProblemAlert error={before.error} retry={() => void before.refetch()} />;
  if (newest && !before.data) return <Waiting />;
  const Form = way.load;
  return (
    <Form
      before={before.data ?? null}
      task={asset.task}
      about={
        <TextInput
          label={t('assets.version.note')}
          description={t('making.noteHint')}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      }
      submit={t('assets.versions.add')}
      busy={add.isPending}
      error={add.error}
      onSubmit={({ version }) =>
        add.mutate(
          { ...version, note: note.trim() },
          {
            onSuccess: ({ number }) => {
              toast.done(t('making.versionAdded', { number }));
              toVersions();
            },
          },
        )
      }
      onCancel={toVersions}
    />
  );
}
