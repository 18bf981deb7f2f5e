import { Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRights } from '@/api/access';
import {
  type AssetLevel,
  type AssetSharing,
  useAssetCandidates,
  useAssetGrants,
  useShareAsset,
} from '@/api/asset-sharing';
import type { AssetDetail } from '@/api/types';
import { isAsked } from '@/api/why';
import { Waiting } from '@/ui/data-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { AskPerson } from '@/ui/sharing/ask-person';
import { GrantForm } from '@/ui/sharing/grant-form';
import type { LevelWords } from '@/ui/sharing/level-choice';
import { NamedGrant, Who } from '@/ui/sharing/named-grant';
import { RightsDialog } from '@/ui/sharing/rights-dialog';
import rows from '@/ui/sharing/sharing.module.css';
import { toast } from '@/ui/toasts';
import type { TabProps } from './asset-tabs';
import classes from './assets.module.css';

/** Who may do more with it than their roles allow, and how to give and take that. */
export default function SharingTab({ asset }: TabProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.panel}>
      <Text className={classes.words}>{t('assets.sharing.text')}</Text>
      <AddGrant asset={asset} />
      <Named asset={asset} />
      <Why asset={asset} />
    </div>
  );
}

function useLevels(): [LevelWords<AssetLevel>, LevelWords<AssetLevel>, LevelWords<AssetLevel>] {
  const { t } = useTranslation();
  return [
    { level: 'use', name: t('sharing.level.use'), text: t('assets.sharing.useText') },
    { level: 'edit', name: t('sharing.level.edit'), text: t('assets.sharing.editText') },
    { level: 'replace', name: t('assets.sharing.replace'), text: t('assets.sharing.replaceText') },
  ];
}

function AddGrant({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState('');
  const found = useAssetCandidates(asset.id, asked).data;
  const share = useShareAsset(asset.id);
  return (
    <GrantForm
      people={found?.people ?? []}
      teams={found?.teams ?? []}
      onSearch={setAsked}
      levels={useLevels()}
      error={share.error}
      busy={share.isPending}
      onShare={(grant, name, done) =>
        share.mutate(
          { do: 'share', grant },
          {
            onSuccess: (answer) => {
              toast.done(isAsked(answer) ? t('ui.asked') : t('sharing.add.done', { name }));
              done();
            },
          },
        )
      }
    />
  );
}

/** Why somebody may do something with it, or may not. */
function Why({ asset }: { asset: AssetDetail }) {
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState<{ id: string; name: string } | null>(null);
  const candidates = useAssetCandidates(asset.id, search).data?.people ?? [];
  const named = useAssetGrants(asset.id).data?.flatMap(({ user }) => user ?? []) ?? [];
  const people = new Map([...(asset.owner ? [asset.owner] : []), ...named, ...candidates].map((one) => [one.id, one]));
  return (
    <>
      <AskPerson people={[...people.values()]} onSearch={setSearch} onAsk={setAsked} />
      {asked && <AssetRights asset={asset} user={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

interface AssetRightsProps {
  asset: AssetDetail;
  user: { id: string; name: string };
  onClose: () => void;
}

function AssetRights({ asset, user, onClose }: AssetRightsProps) {
  const rights = useRights({ about: 'assets', id: asset.id, user: user.id });
  return (
    <RightsDialog
      name={user.name}
      thing={asset.title}
      rights={rights.data}
      error={rights.error}
      onRetry={() => void rights.refetch()}
      onClose={onClose}
    />
  );
}

function Named({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const levels = useLevels();
  const grants = useAssetGrants(asset.id);
  const share = useShareAsset(asset.id);
  const act = (what: AssetSharing, done: string) =>
    share.mutate(what, {
      onSuccess: (answer) => toast.done(isAsked(answer) ? t('ui.asked') : done),
      onError: (error) => toast.failed(error),
    });
  if (grants.error) return <ProblemAlert error={grants.error} retry={() => void grants.refetch()} />;
  if (!grants.data) return <Waiting lines={2} />;
  return (
    <section aria-labelledby="shared-with">
      <Title order={2} size="h4" id="shared-with" mb={4}>
        {t('sharing.named.title')}
      </Title>
      <ul className={rows.list} aria-labelledby="shared-with">
        {asset.owner && (
          <li className={rows.row}>
            <Who name={asset.owner.name} below={asset.owner.email} />
            <span className={rows.mark}>{t('sharing.named.owner')}</span>
          </li>
        )}
        {grants.data.map((grant) => (
          <NamedGrant
            key={grant.id}
            grant={grant}
            levels={levels}
            onChange={(changes, done) => act({ do: 'change', grant: grant.id, ...changes }, done)}
            onRemove={(done) => act({ do: 'remove', grant: grant.id }, done)}
          />
        ))}
      </ul>
      {grants.data.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('sharing.named.empty')}
        </Text>
      )}
    </section>
  );
}
