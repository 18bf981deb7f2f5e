import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useList } from './pages';
import { useCan, useWorkspace } from './session';
import type { Schemas } from './types';
import type { Asked } from './why';

export type Request = Schemas['RequestRow'];
export type RequestShow = 'waiting' | 'open' | 'mine' | 'decided';
export type Publishing = Schemas['Publishing'];

const BELL_MS = 60_000;
const LOOK_AGAIN_MS = 5000;
const IN_BELL = 20;

export interface RequestFilters {
  show: RequestShow;
  kind?: string | undefined;
}

/** What takes a second person, newest first. */
export function useRequests(filters: RequestFilters) {
  const { id } = useWorkspace();
  return useList<Request>(['requests', id], `workspaces/${id}/requests`, { ...filters });
}

/** Those that this person may decide now. */
export function useWaitingRequests() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ['requests', id, 'waiting'],
    queryFn: () =>
      api.get<{ results: Request[]; count: number }>(`workspaces/${id}/requests`, {
        show: 'waiting',
        page_size: IN_BELL,
      }),
    enabled: useCan('request:read'),
    refetchInterval: BELL_MS,
  });
}

/** Looked at again while somebody may still decide. */
export function useRequest(id: string) {
  return useQuery({
    queryKey: ['request', id],
    queryFn: () => api.get<Request>(`requests/${id}`),
    refetchInterval: ({ state: { data } }) => (data?.state === 'open' ? LOOK_AGAIN_MS : false),
  });
}

export function useDecideRequest(id: string) {
  return useSettle<Schemas['RequestDecision']>(id, (decision) => api.post(`requests/${id}/decide`, decision));
}

export function useWithdrawRequest(id: string) {
  return useSettle<void>(id, () => api.post(`requests/${id}/withdraw`));
}

function useSettle<Values>(id: string, send: (values: Values) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: Values) => send(values) as Promise<Request>,
    onSuccess: (request) => {
      client.setQueryData(['request', id], request);
      // What was agreed to has happened: anything on the pages behind may be another.
      return client.invalidateQueries({ predicate: ({ queryKey: [kind] }) => kind !== 'request' });
    },
  });
}

/** What publishing the draft takes of this person, and as whom it can run. */
export function usePublishing(workflow: string, enabled: boolean) {
  return useQuery({
    queryKey: ['workflow', workflow, 'publishing'],
    queryFn: () => api.get<Publishing>(`workflows/${workflow}/publishing`),
    enabled,
    staleTime: 0,
    gcTime: 0,
  });
}

export function useAskPublishing(workflow: string) {
  return useAsk(workflow, (values: { note: string; run_as: string | null }) =>
    api.post<Asked>(`workflows/${workflow}/publishing-requests`, values),
  );
}

export function useOfferRunAs(workflow: string) {
  return useAsk(workflow, (values: { user: string; reason: string }) =>
    api.post<Asked>(`workflows/${workflow}/run-as-offers`, values),
  );
}

function useAsk<Values>(workflow: string, send: (values: Values) => Promise<Asked>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['requests'] }),
        client.invalidateQueries({ queryKey: ['workflow', workflow] }),
      ]),
  });
}
