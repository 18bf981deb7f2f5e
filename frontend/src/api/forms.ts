import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from './client';

/** A form as anybody sees it. */
export interface PublicForm {
  title: string;
  intro: string;
  /** What is said after sending; empty for the usual words. */
  thanks: string;
  fields: {
    key: string;
    label: string;
    type: 'text' | 'number' | 'date' | 'choice' | 'file' | 'switch';
    required: boolean;
    choices: string[];
    help: string;
  }[];
}

export function useForm(slug: string) {
  return useQuery({ queryKey: ['form', slug], queryFn: () => api.get<PublicForm>(`forms/${slug}`), retry: false });
}

export function useSendForm(slug: string) {
  return useMutation({
    mutationFn: (answers: Record<string, unknown>) => api.post<void>(`forms/${slug}`, { answers }),
  });
}
