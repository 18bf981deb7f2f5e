import { ActionIcon, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArchive, IconArchiveOff, IconDots, IconListDetails, IconPlayerPause } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { WorkflowItem } from '@/api/types';
import { useWorkflowVerb, type WorkflowVerb } from '@/api/workflows';
import { MenuLink } from '@/ui/button-link';
import { Confirm } from '@/ui/confirm-button';
import { toast } from '@/ui/toasts';

export function WorkflowMenu({ workflow, archived }: { workflow: WorkflowItem; archived: boolean }) {
  const { t } = useTranslation();
  const mayPublish = workflow.can.includes('workflow:publish');
  const mayEdit = workflow.can.includes('workflow:edit');
  const verb = useWorkflowVerb();
  const [asking, { open, close }] = useDisclosure(false);
  const { id, name } = workflow;
  const does = (what: WorkflowVerb) =>
    verb.mutate(
      { id, verb: what },
      { onSuccess: () => toast.done(t(`workflows.did.${what}`, { name })), onError: (error) => toast.failed(error) },
    );
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon aria-label={t('workflows.menu.label', { name })}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <MenuLink to="/runs" search={{ workflow: id }} leftSection={<IconListDetails size={16} aria-hidden />}>
            {t('workflows.menu.runs')}
          </MenuLink>
          {mayPublish && workflow.status === 'live' && (
            <Menu.Item leftSection={<IconPlayerPause size={16} aria-hidden />} onClick={() => does('unpublish')}>
              {t('workflows.menu.unpublish')}
            </Menu.Item>
          )}
          {mayEdit && !archived && (
            <Menu.Item leftSection={<IconArchive size={16} aria-hidden />} onClick={open}>
              {t('workflows.menu.archive')}
            </Menu.Item>
          )}
          {mayEdit && archived && (
            <Menu.Item leftSection={<IconArchiveOff size={16} aria-hidden />} onClick={() => does('restore')}>
              {t('workflows.menu.restore')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={asking}
        onClose={close}
        title={t('workflows.archive.title', { name })}
        text={t('workflows.archive.text')}
        verb={t('workflows.menu.archive')}
        onConfirm={() => does('archive')}
      />
    </>
  );
}
