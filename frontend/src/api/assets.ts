import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { phrase, titled } from '@/core/server-words';
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
  const list = useList<Asset>(['assets', workspace.id], `workspaces/${workspace.id}/assets`, { ...filters });
  return { ...list, rows: list.rows.map(titled) };
}

export function useAsset(id: string, enabled = true) {
  useTranslation();
  return useQuery({
    queryKey: ['asset', id],
    queryFn: () => api.get<AssetDetail>(`assets/${id}`),
    enabled,
    select: (asset) => ({ ...titled(asset), purpose: phrase(asset.purpose) }),
  });
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
    mutationFn: (values: NewChatModel) => api.post<Asset>(`workspaces/${workspace.id}/chat-models`, values),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['assets'] }),
        client.invalidateQueries({ queryKey: ['session'] }),
      ]),
  });
}
