import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { Decision, Page, Task, TaskFilter, TaskItem } from './types';

interface TaskFilters {
  search?: string | undefined;
  page_size?: number;
}

export function useTasks(state: TaskFilter, filters: TaskFilters = {}) {
  const workspace = useWorkspace();
  return useList<TaskItem>(['tasks', workspace.id], `workspaces/${workspace.id}/tasks`, { state, ...filters });
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

/** What a person does with a task: by itself, with a decision, with the answers of a form, or with a receiver. */
export type TaskDeed =
  | { verb: 'take' | 'release' }
  | { verb: 'decide'; body: Decision }
  | { verb: 'complete'; body: { answers: Record<string, unknown> } }
  | { verb: 'assign'; body: { user: string } };

export function useTaskDeed(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (deed: TaskDeed) => api.post<Task>(`tasks/${id}/${deed.verb}`, 'body' in deed ? deed.body : undefined),
    onSuccess: (task) => client.setQueryData(['task', id], task),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['task', id] }),
        client.invalidateQueries({ queryKey: ['tasks'] }),
        client.invalidateQueries({ queryKey: ['figures'] }),
      ]),
  });
}
