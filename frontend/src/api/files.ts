import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { titled } from '@/core/server-words';
import { api } from './client';
import { useWorkspace } from './session';
import type { FileRef, SampleFile } from './types';

export function useUpload() {
  const workspace = useWorkspace();
  return useMutation({
    mutationFn: (file: File) => api.upload<FileRef>(`workspaces/${workspace.id}/artifacts`, file),
  });
}

export function useSampleFiles() {
  useTranslation();
  const workspace = useWorkspace();
  return useQuery({
    queryKey: ['sample-files', workspace.id],
    queryFn: () => api.get<SampleFile[]>(`workspaces/${workspace.id}/sample-files`),
    select: (all) => all.map(titled),
    staleTime: 5 * 60_000,
  });
}
