import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from './client';
import type { Schemas } from './types';

/** A form as whoever has its address sees it. */
export type PublicForm = Schemas['Form'];

export function useForm(slug: string) {
  return useQuery({
    queryKey: ['form', slug],
    queryFn: () => api.get<PublicForm>(`forms/${slug}`),
    retry: false,
    // What is being filled in does not change under the person's hands.
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export type Answers = Record<string, unknown>;

/** Sends the answers by their keys; gives the thanks. Files travel beside the others. */
export function useSendForm(slug: string) {
  return useMutation({
    mutationFn: (answers: Answers) =>
      Object.values(answers).some((one) => one instanceof File)
        ? api.submit<Schemas['Thanks']>(`forms/${slug}`, asPage(answers))
        : api.post<Schemas['Thanks']>(`forms/${slug}`, answers),
  });
}

function asPage(answers: Answers): FormData {
  const page = new FormData();
  for (const [key, value] of Object.entries(answers)) {
    if (value === undefined || value === null) continue;
    if (value instanceof File) page.append(key, value, value.name);
    else page.append(key, String(value));
  }
  return page;
}
