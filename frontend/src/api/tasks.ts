import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { Decision, Page, Task, TaskFilter, TaskItem } from './types';

export function useTasks(state: TaskFilter, options: { page_size?: number; enabled?: boolean } = {}) {
  const workspace = useWorkspace();
  const { enabled = true, ...rest } = options;
  return useList<TaskItem>(['tasks', workspace.id], `workspaces/${workspace.id}/tasks`, { state, ...rest }, enabled);
}

/** How many tasks wait for this person: their own and those nobody has taken. */
export function useTaskCount(enabled: boolean) {
  const workspace = useWorkspace();
  return useQuery({
    queryKey: ['tasks', workspace.id, 'count'],
    queryFn: () => api.get<Page<TaskItem>>(`workspaces/${workspace.id}/tasks`, { state: 'open', page_size: 1 }),
    select: (page) => page.count,
    enabled,
  });
}

export function useTask(id: string) {
  return useQuery({ queryKey: ['task', id], queryFn: () => api.get<Task>(`tasks/${id}`) });
}

export function useTaskVerb(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (verb: 'take' | 'release' | Decision) =>
      typeof verb === 'string' ? api.post<Task>(`tasks/${id}/${verb}`) : api.post<Task>(`tasks/${id}/decide`, verb),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['task', id] }),
        client.invalidateQueries({ queryKey: ['tasks'] }),
        client.invalidateQueries({ queryKey: ['figures'] }),
      ]),
  });
}
