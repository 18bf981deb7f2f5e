import { useEffect, useRef, useState } from 'react';
import { openSocket } from './sockets';
import type { PersonRef } from './types';

/** A copy of the draft that somebody saved; its token names it. */
export interface SavedCopy {
  by: PersonRef | null;
  token: string;
}

type Message = { type: 'here'; people: PersonRef[] } | ({ type: 'saved' } & SavedCopy) | { type: 'pong' };

const NOBODY: PersonRef[] = [];

/** Everybody who has the workflow open, by name; hears of each copy that is saved, and of the newest one after a cut. */
export function useLiveWorkflow(id: string, onSaved: (copy: SavedCopy) => void): PersonRef[] {
  const [people, setPeople] = useState(NOBODY);
  const latest = useRef(onSaved);
  latest.current = onSaved;
  useEffect(
    () =>
      openSocket<Message>(`/ws/workflows/${id}`, {
        onMessage: (message) => {
          if (message.type === 'here') setPeople(message.people);
          if (message.type === 'saved') latest.current({ by: message.by, token: message.token });
        },
        // Who is here is not known while the line is cut.
        onState: (state) => {
          if (state !== 'open') setPeople(NOBODY);
        },
      }),
    [id],
  );
  return people;
}
