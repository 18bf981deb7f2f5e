import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useWorkspace } from './session';
import type { Folder } from './types';

export function useFolders() {
  const workspace = useWorkspace();
  return useQuery({
    queryKey: ['folders', workspace.id],
    queryFn: () => api.get<Folder[]>(`workspaces/${workspace.id}/folders`),
  });
}

/** Makes a folder, or with `id` renames it or puts it elsewhere. */
export function useSaveFolder() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...values }: { id?: string; name?: string; parent?: string | null }) =>
      id ? api.patch<Folder>(`folders/${id}`, values) : api.post<Folder>(`workspaces/${workspace.id}/folders`, values),
    onSuccess: () => client.invalidateQueries({ queryKey: ['folders'] }),
  });
}

/** What is in it moves to where it stood. */
export function useDeleteFolder() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete<void>(`folders/${id}`),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['folders'] }),
        client.invalidateQueries({ queryKey: ['workflows'] }),
      ]),
  });
}
