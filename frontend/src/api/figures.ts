import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import { useWorkspace } from './session';
import type { Figures } from './types';

export function useFigures() {
  const workspace = useWorkspace();
  return useQuery({
    queryKey: ['figures', workspace.id],
    queryFn: () => api.get<Figures>(`workspaces/${workspace.id}/figures`),
  });
}
