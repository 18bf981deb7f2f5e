/** A past run taken into the editor: its data stand for the steps until they are put away. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';

interface Loaded {
  kept: string[];
  left_out: string[];
}

const keys = (workflow: string) => ({
  loaded: ['workflow', workflow, 'loaded-run'],
  samples: ['workflow', workflow, 'samples'],
});

/** Which run stands for the steps now; null: none. */
export function useLoadedRun(workflow: string, enabled: boolean): string | null | undefined {
  const { data } = useQuery({
    queryKey: keys(workflow).loaded,
    queryFn: () => api.get<{ run: string | null }>(`workflows/${workflow}/loaded-run`),
    enabled,
  });
  return data?.run;
}

/** Refused with `samples_kept` where that would replace samples that somebody kept. */
export function useLoadRun(workflow: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ run, replace }: { run: string; replace: boolean }) =>
      api.post<Loaded>(`runs/${run}/load`, { replace }),
    onSuccess: (_loaded, { run }) => {
      client.setQueryData(keys(workflow).loaded, { run });
      return client.invalidateQueries({ queryKey: keys(workflow).samples });
    },
  });
}

export function useUnloadRun(workflow: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete<void>(`workflows/${workflow}/loaded-run`),
    onSuccess: () => {
      client.setQueryData(keys(workflow).loaded, { run: null });
      return client.invalidateQueries({ queryKey: keys(workflow).samples });
    },
  });
}
