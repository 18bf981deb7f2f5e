import { Button, Group } from '@mantine/core';
import { IconFolderOpen, IconRoute, IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import type { Folder } from '@/api/types';
import { foldersIn } from '@/core/folders';
import { ButtonLink } from '@/ui/button-link';
import { EmptyState } from '@/ui/empty-state';
import { CreateWorkflow } from '../create-workflow';
import { isFiltered } from './list-search';

/** Why the list is empty, and what to do about it. */
export function NoWorkflows({ folders }: { folders: Folder[] }) {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/workflows' });
  const navigate = useNavigate({ from: '/workflows' });
  const mayEdit = useCan('workflow:edit');
  if (isFiltered(search)) {
    const { folder } = search;
    return (
      <EmptyState
        icon={IconSearch}
        title={search.search ? t('workflows.empty.search', { text: search.search }) : t('workflows.empty.filter')}
        action={
          <Button variant="default" onClick={() => void navigate({ search: folder ? { folder } : {} })}>
            {t('workflows.empty.clear')}
          </Button>
        }
      />
    );
  }
  if (search.archived) return <EmptyState icon={IconRoute} title={t('workflows.empty.archive')} />;
  if (search.folder || folders.length > 0) {
    const inside = foldersIn(folders, search.folder ?? null).length > 0;
    return (
      <EmptyState
        icon={IconFolderOpen}
        title={t(inside ? 'workflows.empty.inFolders' : 'workflows.empty.folder')}
        text={mayEdit && t('workflows.empty.folderText')}
      />
    );
  }
  return (
    <EmptyState
      icon={IconRoute}
      title={t('workflows.empty.title')}
      text={t('workflows.empty.text')}
      action={
        mayEdit && (
          <Group gap="sm" justify="center">
            <CreateWorkflow />
            <ButtonLink to="/templates" search={{}} variant="default">
              {t('workflows.empty.templates')}
            </ButtonLink>
          </Group>
        )
      }
    />
  );
}
