import type { DragEvent } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFolders, useSaveFolder } from '@/api/folders';
import { useWorkflowBulk } from '@/api/workflow-lists';
import { folderName, folderPath } from '@/core/folders';
import { toast } from '@/ui/toasts';
import { toldProblem } from '@/ui/told';

const WORKFLOWS = 'application/x-tutti-workflows';
const FOLDER = 'application/x-tutti-folder';

/** What is put elsewhere: workflows by their ids, or a folder with all that is in it. */
export type Moved = { workflows: string[] } | { folder: string };

/** Puts workflows or a folder into another one, null: out of all; says where they went, and why some did not. */
export function useMoving() {
  const { t } = useTranslation();
  const folders = useFolders();
  const bulk = useWorkflowBulk();
  const save = useSaveFolder();
  const nameOf = (target: string | null) =>
    target === null ? t('workflows.folders.top') : folderName(folders.data ?? [], target);
  const moveFolder = async (id: string, target: string | null) => {
    const inside = folderPath(folders.data ?? [], target).some((one) => one.id === id);
    if (inside) return;
    const { name } = await save.mutateAsync({ id, parent: target });
    toast.done(t('workflows.folders.did.moved', { name, folder: nameOf(target) }));
  };
  const moveWorkflows = async (ids: string[], target: string | null) => {
    const { done, refused } = await bulk.mutateAsync({ action: 'move', ids, folder: target });
    if (done.length > 0) toast.done(t('workflows.bulk.did.move', { count: done.length, folder: nameOf(target) }));
    if (refused[0]) toast.failed(toldProblem(refused[0]).message);
  };
  // What asked for it may be gone by the time it is done, so nothing hangs on its being there.
  return (moved: Moved, target: string | null) =>
    ('folder' in moved ? moveFolder(moved.folder, target) : moveWorkflows(moved.workflows, target)).catch((error) =>
      toast.failed(error),
    );
}

/** Makes something that can be dragged to a folder. */
export function dragged(moved: Moved) {
  return {
    draggable: true,
    onDragStart: (event: DragEvent) => {
      const [type, value] = 'folder' in moved ? [FOLDER, moved.folder] : [WORKFLOWS, moved.workflows.join()];
      event.dataTransfer.setData(type, value);
      event.dataTransfer.effectAllowed = 'move';
    },
  };
}

function readDrag({ dataTransfer }: DragEvent): Moved | null {
  const folder = dataTransfer.getData(FOLDER);
  if (folder) return { folder };
  const workflows = dataTransfer.getData(WORKFLOWS);
  return workflows ? { workflows: workflows.split(',') } : null;
}

/** Makes something that takes what is dragged to it. */
export function useDrop(onMoved: (moved: Moved) => void) {
  const [over, setOver] = useState(false);
  return {
    'data-over': over || undefined,
    onDragOver: (event: DragEvent) => {
      const types = event.dataTransfer.types;
      if (!types.includes(WORKFLOWS) && !types.includes(FOLDER)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false);
      const moved = readDrag(event);
      if (!moved) return;
      event.preventDefault();
      onMoved(moved);
    },
  };
}
