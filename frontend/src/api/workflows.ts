import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type NodeTypes, writeGraph } from '@/core/graph/document';
import { catalogueInWords, nodeTypeInWords } from '@/core/graph/node-type-words';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type {
  Draft,
  DraftSaved,
  Graph,
  Link,
  NodeTypeInfo,
  Page,
  Version,
  VersionWithGraph,
  Workflow,
  WorkflowItem,
} from './types';

export interface WorkflowFilters {
  search?: string | undefined;
  status?: string | undefined;
  tag?: string | undefined;
  owner?: string | undefined;
  /** A folder, or `none`: those in no folder. */
  folder?: string | undefined;
  /** Also those in the folders of `folder`. */
  below?: boolean | undefined;
  archived?: boolean | undefined;
}

export function useWorkflows(filters: WorkflowFilters & { page_size?: number } = {}) {
  const workspace = useWorkspace();
  return useList<WorkflowItem>(['workflows', workspace.id], `workspaces/${workspace.id}/workflows`, { ...filters });
}

export const workflowQuery = (id: string) =>
  queryOptions({ queryKey: ['workflow', id], queryFn: () => api.get<Workflow>(`workflows/${id}`) });

export function useWorkflow(id: string) {
  return useQuery(workflowQuery(id));
}

export const nodeTypesQuery = queryOptions({
  queryKey: ['node-types'],
  queryFn: () => api.get<{ results: NodeTypeInfo[] }>('node-types'),
  staleTime: Number.POSITIVE_INFINITY,
});

/** One version of a kind of step, where the product still has it. */
export function useNodeKind(key: string, version: number): NodeTypeInfo | undefined {
  useTranslation();
  const { data } = useQuery({
    ...nodeTypesQuery,
    select: (page) => {
      const found = page.results.find((type) => type.key === key && type.version === version);
      return found && nodeTypeInWords(found);
    },
  });
  return data;
}

/** The newest version of each kind of step in the reader's language; a change of the language is a new catalogue. */
export function useNodeTypes() {
  useTranslation();
  return useQuery({ ...nodeTypesQuery, select: (page): NodeTypes => catalogueInWords(page.results) });
}

export const draftQuery = (id: string) =>
  queryOptions({
    queryKey: ['draft', id],
    queryFn: () => api.get<Draft>(`workflows/${id}/draft`),
    // The editor owns the document once it is open.
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

export function saveDraft(id: string, graph: Graph, token: string): Promise<DraftSaved> {
  return api.put<DraftSaved>(`workflows/${id}/draft`, { graph: writeGraph(graph) }, { 'If-Match': `"${token}"` });
}

export function useVersions(id: string) {
  return useQuery({
    queryKey: ['workflow', id, 'versions'],
    queryFn: () => api.get<Page<Version>>(`workflows/${id}/versions`),
  });
}

export function useVersion(id: string | null) {
  return useQuery({
    queryKey: ['version', id],
    queryFn: () => api.get<VersionWithGraph>(`versions/${id}`),
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useLinks(id: string, enabled = true) {
  return useQuery({
    queryKey: ['workflow', id, 'links'],
    queryFn: () => api.get<Link[]>(`workflows/${id}/links`),
    enabled,
  });
}

export function useNewLinkSecret(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (node: string) => api.post<{ secret: string }>(`workflows/${id}/links/${node}/secret`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['workflow', id, 'links'] }),
  });
}

export interface NewWorkflow {
  name: string;
  template?: string | undefined;
  /** A workflow whose steps, settings and samples it gets. */
  copy_of?: string | undefined;
  folder?: string | undefined;
}

export function useCreateWorkflow() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: NewWorkflow) => api.post<Workflow>(`workspaces/${workspace.id}/workflows`, values),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['workflows'] }),
        client.invalidateQueries({ queryKey: ['folders'] }),
      ]),
  });
}

export type WorkflowChange = Partial<
  Pick<
    Workflow,
    | 'name'
    | 'description'
    | 'tags'
    | 'minutes_saved'
    | 'callable_by'
    | 'max_running'
    | 'pause_after'
    | 'keep_days'
    | 'keep_none'
    | 'personal_fields'
  >
> & { hearers?: string[] };

export function useEditWorkflow(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: WorkflowChange) => api.patch<Workflow>(`workflows/${id}`, values),
    onSuccess: () => renew(client, id),
  });
}

export function usePublish(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: { note: string; run_as?: string | null }) =>
      api.post<Version>(`workflows/${id}/publish`, values),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['requests'] });
      return renew(client, id);
    },
  });
}

export type WorkflowVerb = 'unpublish' | 'archive' | 'restore';

export function useWorkflowVerb() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, verb }: { id: string; verb: WorkflowVerb }) => api.post<void>(`workflows/${id}/${verb}`),
    onSuccess: (_, { id }) => renew(client, id),
  });
}

function renew(client: ReturnType<typeof useQueryClient>, id: string) {
  return Promise.all([
    client.invalidateQueries({ queryKey: ['workflows'] }),
    client.invalidateQueries({ queryKey: ['workflow', id] }),
    client.invalidateQueries({ queryKey: ['figures'] }),
  ]);
}
