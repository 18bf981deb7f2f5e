import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useSampleFiles, useUpload } from '@/api/files';
import { useStartRun } from '@/api/runs';
import type { WorkflowItem } from '@/api/types';
import { useWorkflows } from '@/api/workflows';

interface StarterRun {
  /** The live workflow that takes files; undefined while there is none. */
  workflow: WorkflowItem | undefined;
  /** `upload`, or the id of the file whose run is being started. */
  busy: string | null;
  error: unknown;
  runFile: (file: string) => void;
  runUpload: (file: File) => void;
}

/** Starts the starter workflow with a file, then opens the run. */
export function useStarterRun(): StarterRun {
  const inbox = useSampleFiles().data?.[0]?.starter;
  const workflow = useWorkflows({ status: 'live' }).rows.find((one) => one.starter === inbox);
  const start = useStartRun();
  const upload = useUpload();
  const navigate = useNavigate();
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);

  const run = async (what: string, fileId: () => Promise<string>) => {
    if (!workflow) return;
    setBusy(what);
    setError(null);
    try {
      const { id } = await start.mutateAsync({ workflow: workflow.id, file: await fileId() });
      await navigate({ to: '/runs/$id', params: { id }, search: {} });
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(null);
    }
  };

  return {
    workflow,
    busy,
    error,
    runFile: (file) => void run(file, () => Promise.resolve(file)),
    runUpload: (file) => void run('upload', async () => (await upload.mutateAsync(file)).file_id),
  };
}
