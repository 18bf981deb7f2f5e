import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { checkReachable } from './client';
import { useWorkspace } from './session';
import { openSocket } from './sockets';

interface Changed {
  type: string;
  what?: 'runs' | 'tasks' | 'mails' | 'notifications';
}

const OLD: Record<NonNullable<Changed['what']>, readonly string[]> = {
  runs: ['runs', 'figures'],
  tasks: ['tasks', 'task', 'figures'],
  mails: ['mails'],
  notifications: ['notifications', 'workflows', 'workflow'],
};

const GATHER_MS = 400;

/** Marks lists as old as soon as the server says that something in the workspace changed. */
export function useLiveWorkspace() {
  const { id } = useWorkspace();
  const client = useQueryClient();
  useEffect(() => {
    const changed = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const note = (keys: readonly string[]) => {
      for (const key of keys) changed.add(key);
      timer ??= setTimeout(() => {
        timer = undefined;
        for (const key of changed) void client.invalidateQueries({ queryKey: [key] });
        changed.clear();
      }, GATHER_MS);
    };
    const close = openSocket<Changed>(`/ws/workspaces/${id}`, {
      onMessage: (message) => {
        if (message.type === 'changed' && message.what) note(OLD[message.what]);
      },
      onState: (state) => {
        if (state === 'closed') void checkReachable();
      },
      onReturn: () => note(Object.values(OLD).flat()),
    });
    return () => {
      clearTimeout(timer);
      close();
    };
  }, [id, client]);
}
