import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Draft, DraftSaved, Version } from '@/api/types';
import { toast } from '@/ui/toasts';

/** Makes an old version the draft, from a page where no draft is open; then opens the draft. What is live stays live. */
export function useRestore(workflow: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ id }: Version) => {
      const { token } = await api.get<Draft>(`workflows/${workflow}/draft`);
      return api.post<DraftSaved>(`versions/${id}/restore`, {}, { 'If-Match': `"${token}"` });
    },
    onSuccess: async (_, { number }) => {
      await client.invalidateQueries({ queryKey: ['workflow', workflow] });
      toast.done(t('versions.restored', { number: number ?? '' }));
      await navigate({ to: '/workflows/$id', params: { id: workflow }, search: {} });
    },
    onError: (error) => toast.failed(error),
  });
}
