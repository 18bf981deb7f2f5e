import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from './client';
import { useWorkspace } from './session';
import type { Draft, DraftSaved, ProblemBody, Schemas } from './types';

export type Proposal = Schemas['Proposal'];

/** What is told while a language model works. */
export type HelpEvent =
  | { type: 'begun'; name: string }
  | { type: 'stage'; stage: Stage }
  | { type: 'text'; text: string }
  | { type: 'done'; [given: string]: unknown }
  | { type: 'stopped' }
  | { type: 'problem'; problem: ProblemBody };

export type Stage = 'planning' | 'drawing' | 'checking' | 'mending';

/** The language model that helps here; null, also while nobody knows: nothing is offered. */
export function useHelp(): string | null {
  const { id } = useWorkspace();
  const { data } = useQuery({
    queryKey: ['help', id],
    queryFn: () => api.get<Schemas['Help']>(`workspaces/${id}/help`),
    staleTime: 60_000,
  });
  return data?.model ?? null;
}

/** Asks, tells what comes, and gives the last word. Aborting has the server stop, which then says so. */
export function useAsk() {
  const { id } = useWorkspace();
  const { i18n } = useTranslation();
  const language = i18n.language.startsWith('de') ? 'de' : 'en';
  return useCallback(
    async <T>(path: string, body: object, onEvent: (event: HelpEvent) => void, signal: AbortSignal): Promise<T> => {
      let last: HelpEvent | null = null;
      let name: string | null = null;
      const stop = () => name && void api.post(`workspaces/${id}/help/${name}/stop`).catch(() => undefined);
      signal.addEventListener('abort', stop);
      try {
        await api.stream<HelpEvent>(path, { ...body, language }, (event) => {
          last = event;
          if (event.type === 'begun') name = event.name;
          if (event.type === 'begun' && signal.aborted) stop();
          if (!signal.aborted) onEvent(event);
        });
      } finally {
        signal.removeEventListener('abort', stop);
      }
      return lastWord<T>(last);
    },
    [id, language],
  );
}

function lastWord<T>(last: HelpEvent | null): T {
  if (last?.type === 'done') return last as T;
  if (last?.type === 'problem') throw new ApiError(last.problem);
  if (last?.type === 'stopped') throw new DOMException('Stopped', 'AbortError');
  throw new ApiError({
    status: 0,
    code: 'help_cut',
    title: 'The answer was cut off.',
    detail: 'The answer was cut off. Ask again.',
    problems: [],
  });
}

export function isStopped(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** What waits to be applied or discarded; undefined while nobody knows. */
export function useProposal(workflow: string, enabled = true) {
  return useQuery({
    queryKey: ['proposal', workflow],
    queryFn: async () => (await api.get<Proposal[]>(`workflows/${workflow}/proposals`))[0] ?? null,
    enabled,
  });
}

export function useDiscardProposal(workflow: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete<void>(`proposals/${id}`),
    onSuccess: () => client.setQueryData(['proposal', workflow], null),
  });
}

/** Makes it the draft that is there now. What is live stays live. */
export function useApplyProposal(workflow: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      const { token } = await api.get<Draft>(`workflows/${workflow}/draft`);
      return api.post<DraftSaved>(`proposals/${id}/apply`, {}, { 'If-Match': `"${token}"` });
    },
    onSuccess: async () => {
      // The editor begins with the draft that is known, so that has to be the new one.
      await Promise.all([
        client.invalidateQueries({ queryKey: ['draft', workflow] }),
        client.invalidateQueries({ queryKey: ['workflow', workflow] }),
      ]);
      client.setQueryData(['proposal', workflow], null);
    },
  });
}

/** Has a failed step of a run explained; null where there is nothing to explain, or no language model helps. */
export function useExplain(run: string, step: number | undefined) {
  const ask = useAsk();
  const model = useHelp();
  const explain = useCallback(
    async (said: { answer: string; question: string }[], onText: (piece: string) => void, signal: AbortSignal) => {
      const hear = (event: HelpEvent) => event.type === 'text' && onText(event.text);
      const told = await ask<{ text: string }>(`runs/${run}/steps/${step}/explain`, { said }, hear, signal);
      return told.text;
    },
    [ask, run, step],
  );
  return model === null || step === undefined ? null : explain;
}
