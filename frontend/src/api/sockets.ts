/** One socket that stays open: pings, comes back after a cut with growing pauses, and says when it must not. */

import { onSignedInAgain, sessionEnd } from './session-end';

export interface SocketEvents<M> {
  onMessage: (message: M) => void;
  onState?: ((state: SocketState) => void) | undefined;
}

export type SocketState = 'connecting' | 'open' | 'closed' | 'refused';

const PING_EVERY = 25_000;
const LONGEST_PAUSE = 15_000;
const SIGNED_OUT = 4401;
/** 4403 not allowed, 4404 not there: coming back would not help. */
const FINAL = new Set([4403, 4404]);

export function openSocket<M>(path: string, events: SocketEvents<M>): () => void {
  let socket: WebSocket | null = null;
  let stopped = false;
  let failures = 0;
  let ping: ReturnType<typeof setInterval> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let stopWaiting: (() => void) | undefined;

  const connect = () => {
    const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
    socket = new WebSocket(`${scheme}://${window.location.host}${path}`);
    events.onState?.('connecting');
    socket.onopen = () => {
      failures = 0;
      events.onState?.('open');
      ping = setInterval(() => socket?.send('{"type":"ping"}'), PING_EVERY);
    };
    socket.onmessage = (message) => events.onMessage(JSON.parse(message.data as string) as M);
    socket.onclose = (close) => {
      clearInterval(ping);
      if (stopped) return;
      if (FINAL.has(close.code)) {
        events.onState?.('refused');
        return;
      }
      events.onState?.('closed');
      if (close.code === SIGNED_OUT) {
        sessionEnd.set(true);
        stopWaiting = onSignedInAgain(connect);
        return;
      }
      const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** failures) * (0.5 + Math.random() / 2);
      failures += 1;
      again = setTimeout(connect, pause);
    };
  };

  connect();
  return () => {
    stopped = true;
    clearInterval(ping);
    clearTimeout(again);
    stopWaiting?.();
    socket?.close();
  };
}
