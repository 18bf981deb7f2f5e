import { type QueryClient, useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { phrase, titled } from '@/core/server-words';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { Asset, AssetDetail, Schemas } from './types';

export interface AssetFilters {
  kind?: string | undefined;
  task?: string | undefined;
  search?: string | undefined;
  tag?: string | undefined;
  owner?: string | undefined;
  risk?: string | undefined;
  archived?: boolean | undefined;
}

export function useAssets(filters: AssetFilters = {}) {
  const workspace = useWorkspace();
  const list = useList<Asset>(['assets', workspace.id], `workspaces/${workspace.id}/assets`, { ...filters });
  return { ...list, rows: list.rows.map(titled) };
}

/** The tags, owners and kinds that the list can be filtered by. */
export function useAssetFacets() {
  const workspace = useWorkspace();
  return useQuery({
    queryKey: ['assets', workspace.id, 'facets'],
    queryFn: () => api.get<Schemas['AssetFacets']>(`workspaces/${workspace.id}/asset-facets`),
  });
}

export type Recent = Schemas['Recent'];

/** How many assets are asked about at once. */
const RECENT_AT_ONCE = 50;

/** How much each of these was used in the last 30 days. */
export function useRecentUse(assets: readonly string[]): ReadonlyMap<string, Recent> {
  const workspace = useWorkspace();
  const parts: string[] = [];
  for (let from = 0; from < assets.length; from += RECENT_AT_ONCE) {
    parts.push(assets.slice(from, from + RECENT_AT_ONCE).join(','));
  }
  return useQueries({
    queries: parts.map((ids) => ({
      queryKey: ['assets', workspace.id, 'recent', ids],
      queryFn: () => api.get<Recent[]>(`workspaces/${workspace.id}/asset-recent-use`, { assets: ids }),
    })),
    combine: byAsset,
  });
}

function byAsset(answers: { data?: Recent[] | undefined }[]): ReadonlyMap<string, Recent> {
  return new Map(answers.flatMap(({ data }) => data ?? []).map((one) => [one.asset, one]));
}

export function useAsset(id: string) {
  useTranslation();
  return useQuery({
    queryKey: ['asset', id],
    queryFn: () => api.get<AssetDetail>(`assets/${id}`),
    select: (asset) => ({ ...titled(asset), purpose: phrase(asset.purpose) }),
  });
}

/** What an asset is now, after something was done with it; lists and what hangs on it are read again. */
export function renewAsset(client: QueryClient, asset: AssetDetail): void {
  client.setQueryData(['asset', asset.id], asset);
  void client.invalidateQueries({ queryKey: ['asset', asset.id], refetchType: 'active' });
  void client.invalidateQueries({ queryKey: ['assets'] });
}

export type Card = Schemas['PatchedCard'];

/** Changes what is said of it. */
export function useChangeCard(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (changes: Card) => api.patch<AssetDetail>(`assets/${id}`, changes),
    onSuccess: (asset) => renewAsset(client, asset),
  });
}

export function useArchiveAsset(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (verb: 'archive' | 'restore') => api.post<AssetDetail>(`assets/${id}/${verb}`),
    onSuccess: (asset) => renewAsset(client, asset),
  });
}

export type NewVersion = Schemas['NewVersion'];
export type NewAsset = Schemas['NewAsset'];

/** Something new with its first version, which is live at once. */
export function useRegisterAsset() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: NewAsset) => api.post<AssetDetail>(`workspaces/${workspace.id}/assets`, values),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['assets'] }),
        // The session tells which features there are: some need a language model.
        client.invalidateQueries({ queryKey: ['session'] }),
      ]),
  });
}

export type Look = Schemas['Look'];

/** What an uploaded model file takes and gives. */
export function useLookAtFile() {
  const workspace = useWorkspace();
  return useMutation({
    mutationFn: (artifact: string) => api.post<Look>(`workspaces/${workspace.id}/model-files/look`, { artifact }),
  });
}

/** What a model server offers; with `mapped`, also what of a version does not fit it. */
export function useLookAtServer() {
  const workspace = useWorkspace();
  return useMutation({
    mutationFn: (asked: Schemas['ServerLook']) =>
      api.post<Look>(`workspaces/${workspace.id}/model-servers/look`, asked),
  });
}
