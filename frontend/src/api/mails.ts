import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { Mail, MailItem } from './types';

export function useMails() {
  const workspace = useWorkspace();
  return useList<MailItem>(['mails', workspace.id], `workspaces/${workspace.id}/outgoing-mails`);
}

export function useMail(id: string) {
  return useQuery({ queryKey: ['mail', id], queryFn: () => api.get<Mail>(`outgoing-mails/${id}`) });
}
