import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { Asset, AssetDetail } from './types';

export interface AssetFilters {
  kind?: string | undefined;
  task?: string | undefined;
}

export function useAssets(filters: AssetFilters = {}) {
  const workspace = useWorkspace();
  return useList<Asset>(['assets', workspace.id], `workspaces/${workspace.id}/assets`, { ...filters });
}

export function useAsset(id: string) {
  return useQuery({ queryKey: ['asset', id], queryFn: () => api.get<AssetDetail>(`assets/${id}`) });
}

export interface NewChatModel {
  name: string;
  title: string;
  base_url: string;
  model: string;
  credential: string | null;
}

export function useAddChatModel() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: NewChatModel) => api.post<Asset>(`workspaces/${workspace.id}/assets`, values),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['assets'] }),
        client.invalidateQueries({ queryKey: ['session'] }),
      ]),
  });
}
