import { useCallback, useRef } from 'react';
import { type Samples, useKeepSample } from '@/api/samples';
import { toast } from '@/ui/toasts';

/** Copies of steps get what was kept of the originals, once the server knows the copies. */
export function useCopiedSamples(workflow: string, samples: Samples, flush: () => Promise<boolean>) {
  const { mutateAsync } = useKeepSample(workflow);
  const latest = useRef(samples);
  latest.current = samples;
  return useCallback(
    async (keys: ReadonlyMap<string, string>) => {
      const kept = [...keys].filter(([from]) => from in latest.current);
      if (kept.length === 0 || !(await flush())) return;
      for (const [from, node] of kept) {
        await mutateAsync({ node, value: latest.current[from] }).catch((error: unknown) => toast.failed(error));
      }
    },
    [mutateAsync, flush],
  );
}
