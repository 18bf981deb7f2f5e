import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';

/** Kept outputs of steps by their key: what trials use instead of the step; live runs never see them. */
export type Samples = Record<string, unknown>;

const NONE: Samples = {};
const key = (workflow: string) => ['workflow', workflow, 'samples'];

export function useSamples(workflow: string, enabled: boolean): Samples {
  const { data } = useQuery({
    queryKey: key(workflow),
    queryFn: () => api.get<Samples>(`workflows/${workflow}/samples`),
    enabled,
  });
  return data ?? NONE;
}

/** Keeps what a step gave, or forgets it where there is no `value`. */
export function useKeepSample(workflow: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ node, ...sample }: { node: string; value?: unknown }) =>
      'value' in sample
        ? api.put<void>(`workflows/${workflow}/samples/${node}`, { value: sample.value })
        : api.delete<void>(`workflows/${workflow}/samples/${node}`),
    onSuccess: () => client.invalidateQueries({ queryKey: key(workflow) }),
  });
}
