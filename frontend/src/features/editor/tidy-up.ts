import ELK, { type ElkNode } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { Graph, NodeTypes } from '@/core/graph/document';
import { fromElk, type Tidied, toElk } from '@/core/graph/layout';

/** New places, left to right; runs in a worker, so that the canvas stays alive. Aborting ends the worker at once. */
export async function tidyUp(
  graph: Graph,
  nodeTypes: NodeTypes,
  keys: readonly string[] | null,
  signal: AbortSignal,
): Promise<Tidied> {
  const elk = new ELK({ workerUrl });
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    const root: ElkNode = await Promise.race([elk.layout(toElk(graph, nodeTypes, keys)), stopped]);
    return fromElk(graph, nodeTypes, keys, root);
  } finally {
    elk.terminateWorker();
  }
}
