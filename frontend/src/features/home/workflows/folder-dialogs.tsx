import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDeleteFolder, useFolders, useSaveFolder } from '@/api/folders';
import type { Folder } from '@/api/types';
import { folderTree } from '@/core/folders';
import { Confirm } from '@/ui/confirm-button';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { type Moved, useMoving } from './use-moving';

interface NameFolderProps {
  /** The one to rename; otherwise a new one is made in `parent`. */
  folder?: Folder;
  parent?: string | null;
  onClose: () => void;
}

export function NameFolder({ folder, parent = null, onClose }: NameFolderProps) {
  const { t } = useTranslation();
  const save = useSaveFolder();
  const [name, setName] = useState(folder?.name ?? '');
  const [missing, setMissing] = useState(false);
  const title = folder ? t('workflows.folders.rename', { name: folder.name }) : t('workflows.folders.create');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = name.trim();
    if (!wanted) return setMissing(true);
    save.mutate(folder ? { id: folder.id, name: wanted } : { name: wanted, parent }, {
      onSuccess: () => {
        toast.done(t(folder ? 'workflows.folders.did.renamed' : 'workflows.folders.did.created', { name: wanted }));
        onClose();
      },
    });
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <ProblemAlert error={save.error} />
          <TextInput
            label={t('workflows.folders.name')}
            maxLength={100}
            data-autofocus
            value={name}
            error={missing && t('workflows.folders.needsName')}
            onChange={(event) => {
              setName(event.currentTarget.value);
              setMissing(false);
            }}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {folder ? t('workflows.menu.rename') : t('workflows.folders.make')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface DeleteFolderProps {
  folder: Folder;
  /** Where its contents go. */
  to: string;
  onClose: () => void;
  onDone: () => void;
}

export function DeleteFolder({ folder, to, onClose, onDone }: DeleteFolderProps) {
  const { t } = useTranslation();
  const remove = useDeleteFolder();
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('workflows.folders.delete', { name: folder.name })}
      text={t('workflows.folders.deleteText', { count: folder.workflows, folder: to })}
      verb={t('workflows.menu.delete')}
      danger
      onConfirm={() =>
        void remove.mutateAsync(folder.id).then(
          () => {
            toast.done(t('workflows.folders.did.deleted', { name: folder.name }));
            onDone();
          },
          (error) => toast.failed(error),
        )
      }
    />
  );
}

const TOP = '';

interface MoveDialogProps {
  title: string;
  moved: Moved;
  /** Where they are now. */
  from?: string | null;
  onClose: () => void;
  onDone?: () => void;
}

/** Another place for workflows or a folder, for who does not drag. */
export function MoveDialog({ title, moved, from, onClose, onDone }: MoveDialogProps) {
  const { t } = useTranslation();
  const folders = useFolders();
  const move = useMoving();
  const [target, setTarget] = useState<string>(from ?? TOP);
  const places = folderTree(folders.data ?? [], 'folder' in moved ? moved.folder : undefined);
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <Stack gap="md">
        <ProblemAlert error={folders.error} />
        <Select
          label={t('workflows.folders.to')}
          searchable
          allowDeselect={false}
          data-autofocus
          nothingFoundMessage={t('workflows.folders.noSuch')}
          data={[
            { value: TOP, label: t('workflows.folders.top') },
            ...places.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={target}
          onChange={(value) => setTarget(value ?? TOP)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button
            onClick={() => {
              void move(moved, target || null);
              onClose();
              onDone?.();
            }}
          >
            {t('workflows.menu.move')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
