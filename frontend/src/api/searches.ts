import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useWorkspace } from './session';
import type { SavedSearch } from './types';

export interface Searches {
  kept: SavedSearch[];
  /** Under a name that is taken it replaces what was kept. */
  keep: (name: string, query: SavedSearch['query']) => Promise<unknown>;
  forget: (id: string) => Promise<unknown>;
}

/** The searches a person keeps for a list. */
export function useSavedSearches(page: 'workflows' | 'runs'): Searches {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const queryKey = ['saved-searches', workspace.id, page];
  const path = `workspaces/${workspace.id}/saved-searches`;
  const onSuccess = () => client.invalidateQueries({ queryKey });
  const { data } = useQuery({ queryKey, queryFn: () => api.get<SavedSearch[]>(path, { page }) });
  const { mutateAsync: keep } = useMutation({
    mutationFn: (search: Omit<SavedSearch, 'id'>) => api.post<SavedSearch>(path, { page, ...search }),
    onSuccess,
  });
  const { mutateAsync: forget } = useMutation({
    mutationFn: (id: string) => api.delete<void>(`saved-searches/${id}`),
    onSuccess,
  });
  return { kept: data ?? [], keep: (name, query) => keep({ name, query }), forget };
}
