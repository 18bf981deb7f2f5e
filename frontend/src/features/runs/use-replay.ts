import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { fetchEvents } from '@/api/runs';
import type { Run } from '@/api/types';
import type { RunOverlay } from '@/core/run/overlay';
import { type Replay, replayOf } from '@/core/run/replay';

export interface Replaying {
  on: boolean;
  toggle(): void;
  /** Null while its events are read. */
  replay: Replay | null;
  moment: number;
  setMoment(moment: number): void;
  /** What is to be shown: the run at that moment, else as it is. */
  run: Run;
}

/** The same canvas, fed from what was written down. */
export function useReplay(run: Run, overlay: RunOverlay): Replaying {
  const [on, setOn] = useState(false);
  const [moment, setMoment] = useState(0);
  const { data } = useQuery({
    queryKey: ['run', run.id, 'events', run.seq],
    queryFn: () => fetchEvents(run.id, 0),
    enabled: on,
  });
  const replay = useMemo(() => (on && data ? replayOf(run, data.events) : null), [on, data, run]);
  const shown = useMemo(() => (replay ? replay.at(moment) : run), [replay, moment, run]);
  useEffect(() => {
    overlay.show(shown);
  }, [overlay, shown]);
  const toggle = useCallback(() => {
    setOn((before) => !before);
    setMoment(0);
  }, []);
  return { on, toggle, replay, moment, setMoment, run: shown };
}
