import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type FolderSharing, useFolderCandidates, useFolderGrants, useShareFolder } from '@/api/folder-sharing';
import type { Folder, Level } from '@/api/types';
import { isAsked } from '@/api/why';
import { Waiting } from '@/ui/data-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { GrantForm } from '@/ui/sharing/grant-form';
import type { LevelWords } from '@/ui/sharing/level-choice';
import { NamedGrant } from '@/ui/sharing/named-grant';
import rows from '@/ui/sharing/sharing.module.css';
import { toast } from '@/ui/toasts';

/** Whom a folder is shared with, and with it all that is in it. */
export function ShareFolder({ folder, onClose }: { folder: Folder; onClose: () => void }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState('');
  const found = useFolderCandidates(folder.id, asked).data;
  const share = useShareFolder(folder.id);
  const levels = useLevels();
  return (
    <Modal
      opened
      onClose={onClose}
      size={620}
      title={t('workflows.folders.share', { name: folder.name })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="lg">
        <Text c="dimmed">{t('workflows.folders.shareText')}</Text>
        <GrantForm
          people={found?.people ?? []}
          teams={found?.teams ?? []}
          onSearch={setAsked}
          levels={levels}
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
        <Named folder={folder} levels={levels} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('sharing.close')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function useLevels(): [LevelWords<Level>, LevelWords<Level>] {
  const { t } = useTranslation();
  return [
    { level: 'use', name: t('sharing.level.use'), text: t('sharing.level.useText') },
    { level: 'edit', name: t('sharing.level.edit'), text: t('sharing.level.editText') },
  ];
}

function Named({ folder, levels }: { folder: Folder; levels: readonly LevelWords<Level>[] }) {
  const { t } = useTranslation();
  const grants = useFolderGrants(folder.id);
  const share = useShareFolder(folder.id);
  const act = (what: FolderSharing, done: string) =>
    share.mutate(what, {
      onSuccess: (answer) => toast.done(isAsked(answer) ? t('ui.asked') : done),
      onError: (error) => toast.failed(error),
    });
  if (grants.error) return <ProblemAlert error={grants.error} retry={() => void grants.refetch()} />;
  if (!grants.data) return <Waiting lines={2} />;
  if (grants.data.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('sharing.named.empty')}
      </Text>
    );
  }
  return (
    <ul className={rows.list} aria-label={t('sharing.named.title')}>
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
  );
}
