import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useWorkspace } from './session';
import type { RunRow, WorkflowFacets } from './types';

/** The tags and owners that the list can be filtered by. */
export function useWorkflowFacets() {
  const workspace = useWorkspace();
  return useQuery({
    queryKey: ['workflows', workspace.id, 'facets'],
    queryFn: () => api.get<WorkflowFacets>(`workspaces/${workspace.id}/workflow-facets`),
  });
}

/** How many workflows are asked about at once. */
const LATEST_AT_ONCE = 50;

/** The newest run of each of these workflows; those that never ran are missing. */
export function useLatestRuns(workflows: readonly string[], enabled = true): ReadonlyMap<string, RunRow> {
  const workspace = useWorkspace();
  const parts: string[] = [];
  for (let from = 0; enabled && from < workflows.length; from += LATEST_AT_ONCE) {
    parts.push(workflows.slice(from, from + LATEST_AT_ONCE).join(','));
  }
  return useQueries({
    queries: parts.map((ids) => ({
      queryKey: ['runs', workspace.id, 'latest', ids],
      queryFn: () => api.get<RunRow[]>(`workspaces/${workspace.id}/runs/latest`, { workflows: ids }),
    })),
    combine: byWorkflow,
  });
}

function byWorkflow(answers: { data?: RunRow[] | undefined }[]): ReadonlyMap<string, RunRow> {
  return new Map(answers.flatMap(({ data }) => data ?? []).map((run) => [run.workflow.id, run]));
}

export type WorkflowAction = 'archive' | 'restore' | 'delete' | 'move';

interface BulkDone {
  done: string[];
  refused: { id: string; code: string; message: string }[];
}

const BULK_MOST = 500;

/** One thing for many workflows; `folder` is where `move` puts them, null: out of all folders. */
export function useWorkflowBulk() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ ids, ...what }: { action: WorkflowAction; ids: string[]; folder?: string | null }) => {
      const all: BulkDone = { done: [], refused: [] };
      for (let from = 0; from < ids.length; from += BULK_MOST) {
        const part = { ...what, ids: ids.slice(from, from + BULK_MOST) };
        const { done, refused } = await api.post<BulkDone>(`workspaces/${workspace.id}/workflows/bulk`, part);
        all.done.push(...done);
        all.refused.push(...refused);
      }
      return all;
    },
    onSettled: () =>
      Promise.all(
        [['workflows'], ['folders'], ['workflow'], ['schedules']].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
