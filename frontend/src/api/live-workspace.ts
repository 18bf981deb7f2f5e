import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { checkReachable } from './client';
import { useCan, useWorkspace } from './session';
import { openSocket } from './sockets';

interface Changed {
  type: string;
  what?: 'runs' | 'tasks' | 'mails' | 'notifications' | 'trainings' | 'alerts' | 'budgets' | 'trust';
}

const OLD: Record<NonNullable<Changed['what']>, readonly string[]> = {
  runs: ['runs', 'figures'],
  tasks: ['tasks', 'task', 'figures'],
  mails: ['mails'],
  notifications: ['notifications', 'workflows', 'workflow'],
  trainings: ['trainings', 'asset'],
  alerts: ['alerts', 'watch'],
  budgets: ['budgets'],
  trust: ['trust', 'trust-alerts'],
};

const GATHER_MS = 400;
/** They are counted anew over all runs of two weeks, so they may be a little behind. */
const FIGURES_MS = 4000;

/** Marks lists as old as soon as the server says that something in the workspace changed. */
export function useLiveWorkspace() {
  const { id } = useWorkspace();
  const listens = useCan('run:read');
  const client = useQueryClient();
  useEffect(() => {
    if (!listens) return; // refused, it would stand in the trail as an attempt
    const timers = new Map<string, ReturnType<typeof setTimeout>>();
    const note = (keys: readonly string[]) => {
      for (const key of keys) {
        if (timers.has(key)) continue;
        const renew = () => {
          timers.delete(key);
          void client.invalidateQueries({ queryKey: [key] });
        };
        timers.set(key, setTimeout(renew, key === 'figures' ? FIGURES_MS : GATHER_MS));
      }
    };
    const close = openSocket<Changed>(`/ws/workspaces/${id}`, {
      onMessage: (message) => {
        if (message.type === 'changed' && message.what) note(OLD[message.what]);
      },
      onState: (state) => {
        if (state === 'closed') void checkReachable();
        // What happened while there was no line, also before the first time, was told to nobody here.
        if (state === 'open') note(Object.values(OLD).flat());
      },
    });
    return () => {
      for (const timer of timers.values()) clearTimeout(timer);
      close();
    };
  }, [id, client, listens]);
}
