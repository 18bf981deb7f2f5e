import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArchive, IconArchiveOff, IconDots, IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useArchiveAsset } from '@/api/assets';
import type { AssetDetail } from '@/api/types';
import { Confirm } from '@/ui/confirm-button';
import { toast } from '@/ui/toasts';
import { CardDialog } from './card-dialog';

/** What can be done with the whole of it. */
export function AssetActions({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<'card' | 'archive' | null>(null);
  const archive = useArchiveAsset(asset.id);
  const { title, archived_at: archived, may } = asset;
  const close = () => setAsking(null);
  const change = (verb: 'archive' | 'restore', done: string) =>
    archive.mutate(verb, { onSuccess: () => toast.done(done), onError: (error) => toast.failed(error) });
  return (
    <>
      {may.modify && !archived && (
        <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setAsking('card')}>
          {t('assets.card.edit')}
        </Button>
      )}
      {may.replace && (
        <Menu position="bottom-end" width={220}>
          <Menu.Target>
            <ActionIcon variant="default" size="lg" aria-label={t('assets.column.menu')} loading={archive.isPending}>
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {!archived && (
              <Menu.Item leftSection={<IconArchive size={16} aria-hidden />} onClick={() => setAsking('archive')}>
                {t('assets.archive.do')}
              </Menu.Item>
            )}
            {archived && (
              <Menu.Item
                leftSection={<IconArchiveOff size={16} aria-hidden />}
                onClick={() => change('restore', t('assets.archive.restored', { title }))}
              >
                {t('assets.archive.restore')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {asking === 'card' && <CardDialog asset={asset} onClose={close} />}
      <Confirm
        opened={asking === 'archive'}
        onClose={close}
        title={t('assets.archive.ask', { title })}
        text={t('assets.archive.text')}
        verb={t('assets.archive.do')}
        onConfirm={() => change('archive', t('assets.archive.done', { title }))}
      />
    </>
  );
}
