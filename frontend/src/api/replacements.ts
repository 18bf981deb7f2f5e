import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { titled } from '@/core/server-words';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { OpenReplacement, Replacement, ReplacementItem, Schemas } from './types';

const LOOK_AGAIN_MS = 2000;
const BELL_MS = 60_000;

export function isTried(state: ReplacementItem['state']): boolean {
  return state === 'shadow' || state === 'canary';
}

export function useReplacements(asset: string) {
  return useList<ReplacementItem>(['replacements', asset], `assets/${asset}/replacements`);
}

/** Looked at again while somebody or something may still change it. */
export function useReplacement(id: string) {
  return useQuery({
    queryKey: ['replacement', id],
    queryFn: () => api.get<Replacement>(`replacements/${id}`),
    select: (one) => ({ ...one, asset: titled(one.asset) }),
    refetchInterval: ({ state: { data } }) =>
      data && (isTried(data.state) || data.state === 'asked') ? LOOK_AGAIN_MS : false,
  });
}

/** What the users of the asset have kept, tried with both versions. */
export function useKeptCases(id: string) {
  return useQuery({
    queryKey: ['replacement-cases', id],
    queryFn: () => api.get<Schemas['KeptCases']>(`replacements/${id}/cases`),
    refetchInterval: ({ state: { data } }) => (data && !data.done ? LOOK_AGAIN_MS : false),
  });
}

export function useAskReplacement(asset: string) {
  return useChange<Schemas['NewReplacement']>((values) => api.post(`assets/${asset}/replacements`, values));
}

export function useDecide(id: string) {
  return useChange<Schemas['ReplacementDecision']>((decision) => api.post(`replacements/${id}/decide`, decision));
}

export function useWithdraw(id: string) {
  return useChange<void>(() => api.post(`replacements/${id}/withdraw`));
}

export function useFinish(id: string) {
  return useChange<string>((reason) => api.post(`replacements/${id}/finish`, { reason }));
}

export function useTakeBack(id: string) {
  return useChange<string>((reason) => api.post(`replacements/${id}/take-back`, { reason }));
}

/** Requests that wait for this person's decision. */
export function useOpenReplacements() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ['open-replacements', id],
    queryFn: () => api.get<OpenReplacement[]>(`workspaces/${id}/replacements`),
    select: (all) => all.map((one) => ({ ...one, asset: titled(one.asset) })),
    refetchInterval: BELL_MS,
  });
}

function useChange<Values>(send: (values: Values) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: Values) => send(values) as Promise<Replacement>,
    onSuccess: (shown) => {
      client.setQueryData(['replacement', shown.id], shown);
      const old = ['replacements', 'open-replacements', 'asset', 'assets', 'moves'];
      return Promise.all(old.map((key) => client.invalidateQueries({ queryKey: [key] })));
    },
  });
}
