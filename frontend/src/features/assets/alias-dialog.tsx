import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useMoveAlias, useUses } from '@/api/asset-versions';
import type { AssetDetail } from '@/api/types';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { LIVE } from './alias-tags';
import { following, isAliasName } from './aliases';

export interface Moving {
  /** Null: the person chooses or makes one. */
  name: string | null;
  /** The version that is meant from then on; null: the person chooses. */
  version: number | null;
}

interface AliasDialogProps {
  asset: AssetDetail;
  moving: Moving;
  onClose: () => void;
}

/** Lets a name mean a version: what changes which one answers. */
export function AliasDialog({ asset, moving, onClose }: AliasDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={t('assets.alias.dialog')} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <AliasForm asset={asset} moving={moving} onClose={onClose} />
    </Modal>
  );
}

const OWN = '+';

function AliasForm({ asset, moving, onClose }: AliasDialogProps) {
  const { t } = useTranslation();
  const move = useMoveAlias(asset.id);
  const form = useForm({
    initialValues: {
      name: moving.name ?? (asset.aliases.some(({ name }) => name === 'candidate') ? OWN : 'candidate'),
      own: '',
      version: String(moving.version ?? asset.versions[0]?.number ?? ''),
      reason: '',
    },
    validate: {
      own: (value, { name }) => (name !== OWN || isAliasName(value) ? null : t('assets.alias.badOwn')),
    },
  });
  const { name: chosen, own, version } = form.values;
  const name = chosen === OWN ? own : chosen;
  const known = new Map(asset.aliases.map((alias) => [alias.name, alias.version]));
  const meaning = (one: string) => {
    const number = known.get(one);
    return number === undefined ? t('assets.alias.nothing') : t('assets.alias.now', { number });
  };
  const offered = [LIVE, 'candidate', ...asset.aliases.map((alias) => alias.name)].filter(
    (one, index, all) => all.indexOf(one) === index && (one !== LIVE || asset.may.replace),
  );
  const submit = form.onSubmit(({ reason }) =>
    move.mutate(
      { name, version: Number(version), reason },
      {
        onSuccess: () => {
          toast.done(t('assets.alias.done', { name, number: Number(version) }));
          onClose();
        },
      },
    ),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ProblemAlert error={move.error} />
        <Select
          label={t('assets.alias.name')}
          description={t('assets.alias.nameHint')}
          allowDeselect={false}
          data={[
            ...offered.map((one) => ({ value: one, label: `${one} (${meaning(one)})` })),
            { value: OWN, label: t('assets.alias.own') },
          ]}
          {...form.getInputProps('name')}
        />
        {chosen === OWN && (
          <TextInput
            label={t('assets.alias.own')}
            description={t('assets.alias.ownHint', { asset: asset.name })}
            maxLength={40}
            data-autofocus
            {...form.getInputProps('own')}
          />
        )}
        <Select
          label={t('assets.alias.version')}
          allowDeselect={false}
          data={asset.versions.map(({ number }) => ({
            value: String(number),
            label: t('assets.versions.number', { number }),
            disabled: known.get(name) === number,
          }))}
          {...form.getInputProps('version')}
        />
        <Follows asset={asset} name={name} />
        <TextInput
          label={t('assets.alias.reason')}
          description={t('assets.alias.reasonHint')}
          maxLength={500}
          {...form.getInputProps('reason')}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={move.isPending} disabled={known.get(name) === Number(version)}>
            {t('assets.alias.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** How many are affected by the move. */
function Follows({ asset, name }: { asset: AssetDetail; name: string }) {
  const { t } = useTranslation();
  const uses = useUses(asset.id).data;
  const count = uses ? following(uses, name) : 0;
  if (count === 0) return null;
  return <Text size="sm">{t('assets.alias.affects', { count })}</Text>;
}
