import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { Asset, AssetDetail, AssetVersion, Schemas } from './types';

export type Interface = Schemas['Interface'];
export type Operation = Schemas['Operation'];
export type McpTool = Schemas['McpTool'];
export type Taken = Schemas['Taken'];
export type Again = Schemas['Again'];
export type VersionDetail = Schemas['AssetVersionDetail'];
export type Effect = Schemas['ToolEffect'];
export type Approval = Schemas['ToolApproval'];

/** The text of an OpenAPI document, the address where it stands, or both: where it came from. */
export interface Source {
  document: string;
  address: string;
}

/** What people decide about a tool that somebody else describes. */
export interface How {
  title: string;
  effect: Effect;
  approval: Approval;
}

function renewAssets(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ queryKey: ['assets'] });
}

export function useLookAtInterface() {
  const workspace = useWorkspace();
  return useMutation({
    mutationFn: (source: Source) => api.post<Interface>(`workspaces/${workspace.id}/openapi/look`, source),
  });
}

export interface TakeOperations extends Source {
  digest: string;
  credential: string | null;
  operations: (How & { operation: string })[];
}

export function useTakeOperations() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: TakeOperations) => api.post<Taken[]>(`workspaces/${workspace.id}/openapi/take`, values),
    onSuccess: () => renewAssets(client),
  });
}

export interface McpServer {
  url: string;
  credential: string | null;
}

export function useLookAtServer() {
  const workspace = useWorkspace();
  return useMutation({
    mutationFn: (server: McpServer) => api.post<McpTool[]>(`workspaces/${workspace.id}/mcp/look`, server),
  });
}

export interface TakeMcpTools extends McpServer {
  tools: (How & { tool: string; pin: string })[];
}

export function useTakeMcpTools() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: TakeMcpTools) => api.post<Taken[]>(`workspaces/${workspace.id}/mcp/take`, values),
    onSuccess: () => renewAssets(client),
  });
}

/** Asks the server of a tool whether it is still what it was when it was taken. */
export function useLookAgain(asset: string) {
  return useMutation({ mutationFn: () => api.post<Again>(`assets/${asset}/mcp/look`) });
}

export function useTakeAgain(asset: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: { pin: string; live: boolean; reason: string }) =>
      api.post<AssetVersion>(`assets/${asset}/mcp/take`, values),
    onSuccess: () => client.invalidateQueries({ queryKey: ['asset', asset] }),
  });
}

/** A version with what it is made of, for those who may see that. */
export function useAssetVersion(id: string | undefined) {
  return useQuery({
    queryKey: ['asset-version', id],
    queryFn: () => api.get<VersionDetail>(`asset-versions/${id}`),
    enabled: id !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export interface NewKept {
  kind: 'tool' | 'agent';
  title: string;
  description: string;
  config: Record<string, unknown>;
}

/** A tool or an agent, live at once. */
export function useAddKept() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ config, ...about }: NewKept) =>
      api.post<AssetDetail>(`workspaces/${workspace.id}/assets`, { ...about, name: about.title, version: { config } }),
    onSuccess: () => renewAssets(client),
  });
}

/** Another version of one; nothing uses it until a name says so. */
export function useAddVersion(asset: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: { config: Record<string, unknown>; note: string }) =>
      api.post<AssetVersion>(`assets/${asset}/versions`, values),
    onSuccess: () => client.invalidateQueries({ queryKey: ['asset', asset] }),
  });
}

export interface NewOffer extends How {
  name: string;
  description: string;
  seconds: number;
}

/** Makes what is live of a workflow a tool. */
export function useOfferWorkflow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ workflow, ...values }: NewOffer & { workflow: string }) =>
      api.post<Schemas['OfferedTool']>(`workflows/${workflow}/tool`, values),
    onSuccess: () => renewAssets(client),
  });
}

const MOST_NAMED = 100;

/** What an agent can name: language models, prompts or tools. */
export function useNameable(kind: 'model' | 'prompt' | 'tool') {
  const workspace = useWorkspace();
  const filters = { kind, page_size: MOST_NAMED, ...(kind === 'model' ? { task: 'chat' } : {}) };
  return useList<Asset>(['assets', workspace.id], `workspaces/${workspace.id}/assets`, filters);
}
