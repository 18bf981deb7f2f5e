import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFolderPlus } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFolders } from '@/api/folders';
import { useCan } from '@/api/session';
import type { WorkflowItem } from '@/api/types';
import { useLatestRuns } from '@/api/workflow-lists';
import { useWorkflows } from '@/api/workflows';
import { folderName } from '@/core/folders';
import { DataTable } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { useChosen } from '@/ui/use-chosen';
import { CreateWorkflow } from '../create-workflow';
import { ImportDoor } from '../imports/import-door';
import { NameFolder } from './folder-dialogs';
import { FolderPath, FolderStrip } from './folder-strip';
import { askedFor, isFiltered } from './list-search';
import { NoWorkflows } from './no-workflows';
import { dragged } from './use-moving';
import { WorkflowBulk } from './workflow-bulk';
import { useWorkflowColumns } from './workflow-columns';
import { WorkflowFilters } from './workflow-filters';

export default function WorkflowsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/workflows' });
  const navigate = useNavigate({ from: '/workflows' });
  const archived = search.archived === true;
  const inFolder = !archived && !isFiltered(search);
  const list = useWorkflows(askedFor(search));
  const folders = useFolders().data ?? [];
  const mayEdit = useCan('workflow:edit');
  const ids = useMemo(() => list.rows.map((row) => row.id), [list.rows]);
  const latest = useLatestRuns(ids, useCan('run:read'));
  const chosen = useChosen(ids);
  const [renaming, setRenaming] = useState<string | null>(null);
  const columns = useWorkflowColumns({
    latest,
    archived,
    taken: new Set(list.rows.map((row) => row.name)),
    renaming,
    onRename: setRenaming,
    placeOf: (row) => (inFolder ? '' : folderName(folders, row.folder)),
  });
  const mayEditSome = list.rows.some((row) => row.can.includes('workflow:edit'));
  const drag = (row: WorkflowItem) =>
    renaming === row.id || !row.can.includes('workflow:edit')
      ? {}
      : dragged({ workflows: chosen.has(row.id) ? [...chosen.keys] : [row.id] });
  return (
    <Page
      title={t('app.nav.workflows')}
      actions={
        mayEdit && (
          <>
            <ImportDoor />
            <NewFolder parent={search.folder ?? null} />
            <CreateWorkflow
              folder={search.folder}
              opened={search.create}
              onClosed={() =>
                void navigate({ search: ({ create: _, ...before }) => before, replace: true, resetScroll: false })
              }
            />
          </>
        )
      }
    >
      <WorkflowFilters />
      {!archived && search.folder && <FolderPath folders={folders} current={search.folder} />}
      {inFolder && <FolderStrip folders={folders} current={search.folder} />}
      <WorkflowBulk chosen={chosen.keys} archived={archived} onDone={chosen.clear} />
      <DataTable
        label={t('app.nav.workflows')}
        columns={columns}
        rows={list.rows}
        rowKey={(row) => row.id}
        count={list.count}
        query={list.query}
        empty={<NoWorkflows folders={folders} />}
        {...(mayEditSome ? { choice: { chosen, nameOf: (row: WorkflowItem) => row.name } } : {})}
        {...(mayEditSome && !archived ? { rowProps: drag } : {})}
      />
    </Page>
  );
}

function NewFolder({ parent }: { parent: string | null }) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={<IconFolderPlus size={16} aria-hidden />} onClick={open}>
        {t('workflows.folders.create')}
      </Button>
      {opened && <NameFolder parent={parent} onClose={close} />}
    </>
  );
}
