import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { address, api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { Schemas } from './types';

export type Usage = Schemas['Usage'];
export type UsageRow = Schemas['UsageRow'];
export type UsageDay = Schemas['UsageDay'];
export type AssetCall = Schemas['AssetCall'];
export type Budget = Schemas['Budget'];
export type CallLimit = Schemas['CallLimit'];
export type UsageBy = 'day' | 'workflow' | 'asset' | 'person';

/** Which calls are meant. `none` in the place of an id: those that have none. */
export interface UsageFilters {
  days?: number | undefined;
  day?: string | undefined;
  workflow?: string | undefined;
  asset?: string | undefined;
  person?: string | undefined;
  failed?: boolean | undefined;
}

export function useUsage(by: UsageBy, filters: UsageFilters) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ['usage', id, by, filters],
    queryFn: () => api.get<Usage>(`workspaces/${id}/usage`, { ...filters, by }),
    placeholderData: (before) => before,
  });
}

export function useUsageCalls(filters: UsageFilters) {
  const { id } = useWorkspace();
  return useList<AssetCall>(['usage-calls', id], `workspaces/${id}/usage/calls`, { ...filters });
}

/** Where the same figures, or the calls, are as a file. */
export function useUsageFile(by: UsageBy | 'calls', filters: UsageFilters): string {
  const { id } = useWorkspace();
  return address(`/api/workspaces/${id}/usage/export`, { ...filters, by });
}

export function useBudgets(enabled = true) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ['budgets', id],
    queryFn: () => api.get<Budget[]>(`workspaces/${id}/budgets`),
    enabled,
  });
}

export interface BudgetTerms {
  amount: string;
  warn_percent: number;
  at_limit: Budget['at_limit'];
}

export interface BudgetFor {
  asset: string | null;
  workflow: string | null;
  period: Budget['period'];
}

/** A new budget, or other terms for one that is there. */
export function useSaveBudget() {
  const { id: workspace } = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, terms, what }: { id?: string | undefined; terms: BudgetTerms; what: BudgetFor }) =>
      id === undefined
        ? api.post<Budget>(`workspaces/${workspace}/budgets`, { ...what, ...terms })
        : api.patch<Budget>(`budgets/${id}`, terms),
    onSuccess: () => client.invalidateQueries({ queryKey: ['budgets'] }),
  });
}

export function useExtendBudget() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...values }: { id: string; amount: string; reason: string }) =>
      api.post<Budget>(`budgets/${id}/extension`, values),
    onSuccess: () => client.invalidateQueries({ queryKey: ['budgets'] }),
  });
}

export function useRemoveBudget() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete<void>(`budgets/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['budgets'] }),
  });
}

export function useCallLimits() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ['call-limits', id],
    queryFn: () => api.get<CallLimit[]>(`workspaces/${id}/call-limits`),
  });
}

export function useSetCallLimit() {
  const { id } = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: { asset: string | null; each_person: boolean; per_minute: number }) =>
      api.post<CallLimit>(`workspaces/${id}/call-limits`, values),
    onSuccess: () => client.invalidateQueries({ queryKey: ['call-limits'] }),
  });
}

export function useRemoveCallLimit() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete<void>(`call-limits/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['call-limits'] }),
  });
}
