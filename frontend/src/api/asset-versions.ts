import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { NewVersion } from './assets';
import { api } from './client';
import { useList } from './pages';
import type { AssetDetail, AssetVersion, Schemas } from './types';

export type Move = Schemas['Move'];
export type VersionDetail = Schemas['AssetVersionDetail'];
export type Difference = Schemas['Difference'];
export type AssetDay = Schemas['Day'];
export type UsingWorkflow = Schemas['UsingWorkflow'];
export type UsingRun = Schemas['UsingRun'];

/** A version with what it was made of; it never changes. */
export function useAssetVersion(id: string | undefined) {
  return useQuery({
    queryKey: ['asset-version', id],
    queryFn: () => api.get<VersionDetail>(`asset-versions/${id}`),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: id !== undefined,
  });
}

/** What is different between two versions, by their numbers. */
export function useComparison(asset: string, before: number | undefined, after: number | undefined) {
  return useQuery({
    queryKey: ['asset', asset, 'comparison', before, after],
    queryFn: () => api.get<Schemas['Comparison']>(`assets/${asset}/compare`, { before, after }),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: before !== undefined && after !== undefined,
  });
}

/** Which version each name has meant, newest first. */
export function useMoves(asset: string) {
  return useList<Move>(['asset', asset, 'moves'], `assets/${asset}/moves`);
}

/** Adds a version; nothing uses it until a name means it. */
export function useAddVersion(asset: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (version: NewVersion) => api.post<AssetVersion>(`assets/${asset}/versions`, version),
    onSuccess: () => renewNames(client, asset),
  });
}

function renewNames(client: QueryClient, id: string): void {
  void client.invalidateQueries({ queryKey: ['asset', id] });
  void client.invalidateQueries({ queryKey: ['assets'] });
}

/** From now on the name means this version. */
export function useMoveAlias(asset: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, ...to }: { name: string; version: number; reason: string }) =>
      api.put<AssetDetail>(`assets/${asset}/aliases/${name}`, to),
    onSuccess: () => renewNames(client, asset),
  });
}

/** The name means again what it meant before its last move. */
export function useRollBack(asset: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, reason }: { name: string; reason: string }) =>
      api.post<AssetDetail>(`assets/${asset}/aliases/${name}/roll-back`, { reason }),
    onSuccess: () => renewNames(client, asset),
  });
}

export function useRemoveAlias(asset: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => api.delete<void>(`assets/${asset}/aliases/${name}`),
    onSuccess: () => renewNames(client, asset),
  });
}

/** Calls, failures, times, tokens, cost and confidence, a row for each day that had a call. */
export function useAssetDays(asset: string, days: number, version: number | undefined) {
  return useQuery({
    queryKey: ['asset', asset, 'figures', days, version],
    queryFn: () => api.get<AssetDay[]>(`assets/${asset}/figures`, { days, version }),
  });
}

/** The workflows and other assets that refer to it. */
export function useUses(asset: string) {
  return useQuery({
    queryKey: ['asset', asset, 'uses'],
    queryFn: () => api.get<Schemas['Uses']>(`assets/${asset}/uses`),
  });
}

/** The runs under way that may ask it. */
export function useUsingRuns(asset: string, enabled: boolean) {
  return useQuery({
    queryKey: ['asset', asset, 'runs'],
    queryFn: () => api.get<UsingRun[]>(`assets/${asset}/runs`),
    enabled,
  });
}
