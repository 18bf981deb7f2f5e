import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { named } from '@/core/server-words';
import { api } from './client';
import { useWorkspace } from './session';
import type { Template, TemplateCategory, TemplateDetail } from './types';

/** What a workflow can be made from: the workspace's own templates, then those that ship. */
export function useTemplates() {
  const { id } = useWorkspace();
  useTranslation();
  return useQuery({
    queryKey: ['templates', id],
    queryFn: () => api.get<Template[]>(`workspaces/${id}/templates`),
    // What people of the workspace have written stays as they wrote it.
    select: (all) => all.map((one) => (one.own ? one : named(one))),
    staleTime: 5 * 60_000,
  });
}

export function useTemplate(key: string | undefined) {
  const { id } = useWorkspace();
  useTranslation();
  return useQuery({
    queryKey: ['templates', id, key],
    queryFn: () => api.get<TemplateDetail>(`workspaces/${id}/templates/${key}`),
    select: (one) => (one.own ? one : named(one)),
    enabled: key !== undefined,
    staleTime: 5 * 60_000,
  });
}

export interface NewTemplate {
  workflow: string;
  name: string;
  description: string;
  category: TemplateCategory;
}

export function useSaveTemplate() {
  const { id } = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: NewTemplate) => api.post<Template>(`workspaces/${id}/templates`, values),
    onSuccess: () => client.invalidateQueries({ queryKey: ['templates'] }),
  });
}

export function useDeleteTemplate() {
  const { id } = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key: string) => api.delete<void>(`workspaces/${id}/templates/${key}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['templates'], exact: false, refetchType: 'all' }),
  });
}
