import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useWorkspace } from './session';
import type { Incoming, Workflow } from './types';

/** A workflow as it leaves the house: without accounts, files and secrets. */
export type WorkflowDocument = Record<string, unknown>;

export function exportWorkflow(id: string): Promise<WorkflowDocument> {
  return api.get<WorkflowDocument>(`workflows/${id}/export`);
}

/** What is in a document and what is missing here; changes nothing. */
export function useLookAtImport() {
  const { id } = useWorkspace();
  return useMutation({
    mutationFn: (document: unknown) => api.post<Incoming>(`workspaces/${id}/imports/look`, { document }),
  });
}

export function useImport() {
  const { id } = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: { document: unknown; replace: string | null }) =>
      api.post<Workflow>(`workspaces/${id}/imports`, values),
    onSuccess: (workflow) =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['workflows'] }),
        client.invalidateQueries({ queryKey: ['workflow', workflow.id] }),
        client.removeQueries({ queryKey: ['draft', workflow.id] }),
      ]),
  });
}
