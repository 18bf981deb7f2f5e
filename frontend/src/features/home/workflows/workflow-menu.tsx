import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArchive,
  IconArchiveOff,
  IconCopy,
  IconDots,
  IconFolderSymlink,
  IconInfoCircle,
  IconListDetails,
  IconPencil,
  IconPlayerPause,
  IconTrash,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import type { WorkflowItem } from '@/api/types';
import { useWorkflowBulk } from '@/api/workflow-lists';
import { useCreateWorkflow, useWorkflowVerb, type WorkflowVerb } from '@/api/workflows';
import { MenuLink } from '@/ui/button-link';
import { Confirm } from '@/ui/confirm-button';
import { toast } from '@/ui/toasts';
import { toldProblem } from '@/ui/told';
import { DetailsDialog } from './details-dialog';
import { MoveDialog } from './folder-dialogs';
import { copyName } from './list-search';

/** Leaves room for what says that it is a copy. */
const LONGEST_COPIED = 180;

type Asking = 'details' | 'move' | 'archive' | 'delete';

interface WorkflowMenuProps {
  workflow: WorkflowItem;
  archived: boolean;
  /** Names that a copy does not get. */
  taken: ReadonlySet<string>;
  onRename: (id: string) => void;
}

/** What can be done with one workflow of the list. */
export function WorkflowMenu({ workflow, archived, taken, onRename }: WorkflowMenuProps) {
  const { t } = useTranslation();
  const mayPublish = workflow.can.includes('workflow:publish');
  const mayEdit = workflow.can.includes('workflow:edit');
  const mayMake = useCan('workflow:edit');
  const seesRuns = useCan('run:read');
  const verb = useWorkflowVerb();
  const bulk = useWorkflowBulk();
  const create = useCreateWorkflow();
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = () => setAsking(null);
  const { id, name } = workflow;
  const onError = (error: unknown) => toast.failed(error);
  // The row is gone by the time some of this is done, so nothing hangs on its being there.
  const does = (what: WorkflowVerb) =>
    void verb
      .mutateAsync({ id, verb: what })
      .then(() => toast.done(t(`workflows.did.${what}`, { name })))
      .catch(onError);
  const remove = () =>
    void bulk
      .mutateAsync({ action: 'delete', ids: [id] })
      .then(({ refused: [refused] }) =>
        refused ? toast.failed(toldProblem(refused).message) : toast.done(t('workflows.did.delete', { name })),
      )
      .catch(onError);
  const copy = () => {
    const short = name.slice(0, LONGEST_COPIED);
    const pattern = (number: number) =>
      number === 1 ? t('workflows.copy', { name: short }) : t('workflows.copyAgain', { name: short, number });
    const wanted = copyName(pattern, taken);
    create.mutate(
      { name: wanted, copy_of: id },
      {
        onSuccess: (made) => {
          toast.done(t('workflows.did.copy', { name: made.name }));
          onRename(made.id);
        },
        onError,
      },
    );
  };
  return (
    <>
      <Menu position="bottom-end" width={210}>
        <Menu.Target>
          <ActionIcon aria-label={t('workflows.menu.label', { name })} loading={create.isPending}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {seesRuns && (
            <MenuLink to="/runs" search={{ workflow: id }} leftSection={<IconListDetails size={16} aria-hidden />}>
              {t('workflows.menu.runs')}
            </MenuLink>
          )}
          {mayEdit && !archived && (
            <>
              <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => onRename(id)}>
                {t('workflows.menu.rename')}
              </Menu.Item>
              <Menu.Item leftSection={<IconInfoCircle size={16} aria-hidden />} onClick={() => setAsking('details')}>
                {t('workflows.menu.details')}
              </Menu.Item>
              <Menu.Item leftSection={<IconFolderSymlink size={16} aria-hidden />} onClick={() => setAsking('move')}>
                {t('workflows.menu.moveTo')}
              </Menu.Item>
            </>
          )}
          {mayMake && !archived && (
            <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={copy}>
              {t('workflows.menu.copy')}
            </Menu.Item>
          )}
          {mayPublish && !archived && workflow.status === 'live' && (
            <Menu.Item leftSection={<IconPlayerPause size={16} aria-hidden />} onClick={() => does('unpublish')}>
              {t('workflows.menu.unpublish')}
            </Menu.Item>
          )}
          {mayEdit && !archived && (
            <Menu.Item leftSection={<IconArchive size={16} aria-hidden />} onClick={() => setAsking('archive')}>
              {t('workflows.menu.archive')}
            </Menu.Item>
          )}
          {mayEdit && archived && (
            <>
              <Menu.Item leftSection={<IconArchiveOff size={16} aria-hidden />} onClick={() => does('restore')}>
                {t('workflows.menu.restore')}
              </Menu.Item>
              <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setAsking('delete')}>
                {t('workflows.menu.delete')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {asking === 'details' && <DetailsDialog workflow={workflow} onClose={close} />}
      {asking === 'move' && (
        <MoveDialog
          title={t('workflows.moveOne', { name })}
          moved={{ workflows: [id] }}
          from={workflow.folder}
          onClose={close}
        />
      )}
      {(asking === 'archive' || asking === 'delete') && (
        <Confirm
          opened
          onClose={close}
          title={t(`workflows.ask.${asking}`, { name })}
          text={t(`workflows.means.${asking}`)}
          verb={t(`workflows.menu.${asking}`)}
          danger={asking === 'delete'}
          onConfirm={() => (asking === 'delete' ? remove() : does('archive'))}
        />
      )}
    </>
  );
}
