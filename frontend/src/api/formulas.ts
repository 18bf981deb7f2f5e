import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from './client';
import type { Schemas } from './types';

export type FormulaResult = Schemas['FormulaResult'];
export type FormulaError = Schemas['FormulaError'];

/** The server takes no more at once. */
const LARGEST_SCOPE = 1_000_000;

/** What a setting gives with these values, as a run would get it; null while there is nothing to ask. */
export function useFormulaTrial(workflow: string, asked: { value: unknown; scope: unknown } | null) {
  const text = asked ? JSON.stringify(asked) : '';
  return useQuery({
    queryKey: ['formula', workflow, text],
    queryFn: () => api.post<FormulaResult>(`workflows/${workflow}/formulas/trial`, asked),
    enabled: text !== '' && text.length < LARGEST_SCOPE,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  });
}
