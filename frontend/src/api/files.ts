import { useMutation, useQuery } from '@tanstack/react-query';
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
  const workspace = useWorkspace();
  return useQuery({
    queryKey: ['sample-files', workspace.id],
    queryFn: async () => {
      const answer = await api.get<SampleFile[] | { results: SampleFile[] }>(`workspaces/${workspace.id}/sample-files`);
      return Array.isArray(answer) ? answer : answer.results;
    },
    staleTime: 5 * 60_000,
  });
}
