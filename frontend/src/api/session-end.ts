/** The server no longer knows who is asking, although somebody was signed in: the page stays, and asks to sign in again. */

type Listener = (ended: boolean) => void;

const listeners = new Set<Listener>();
let ended = false;

export const sessionEnd = {
  get: () => ended,
  set(next: boolean) {
    if (next === ended) return;
    ended = next;
    for (const listener of [...listeners]) listener(next);
  },
  subscribe(listener: Listener) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

/** Once, when somebody has signed in again. Answers how to stop waiting for it. */
export function onSignedInAgain(go: () => void): () => void {
  const stop = sessionEnd.subscribe((now) => {
    if (now) return;
    stop();
    go();
  });
  return stop;
}
