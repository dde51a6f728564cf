/** From projector and analytics to the browsers, whichever api replica holds them: step 7 of the journey. */
import type { JsonObject } from '#contracts';

/** What a room of listeners is told. `room` is a stream name, `account-<id>`, or `operators`. */
export interface LiveMessage {
  room: string;
  event: string;
  data: JsonObject;
  /** Of a device's room: the first and the last event of its stream that this tells of. Whoever misses one between two messages reads the
   *  log, and knows what is told twice. */
  revisions?: [first: number, last: number];
}

export abstract class LiveBus {
  /** Tells every api replica. Never waits for a browser. */
  abstract publish(messages: LiveMessage[]): void;
  /** Whether anyone may be listening: lets a publisher skip work. True when it cannot be known. */
  abstract hasListeners(room: string): boolean;
  /** The same of any room whose name begins so. */
  hasListenersWithin(_prefix: string): boolean {
    return true;
  }
  /** Called by the api: receive what is published to the rooms it holds. Returns the way to stop. */
  abstract subscribe(handle: (messages: LiveMessage[]) => void): () => void;
  /** Called by the api when a room gets its first listener, or loses its last. Counted: two holders of a room each say
   *  so, and it is listened to until both have let it go. */
  abstract setListening(room: string, listening: boolean): void;
  /** Called by the api: be told when messages may have been lost on the way, of any room. What is missing stands in the log, which whoever
   *  follows a room then reads on. Returns the way to stop. */
  onGap(_tell: () => void): () => void {
    return () => undefined;
  }
  /** Called by a publisher that cannot say what was published before it, so that every subscriber is told of a gap. */
  announceGap(): void {}
  abstract close(): Promise<void>;
}

/** Rooms for what is not meant for browsers; what is told there is in `libs/contracts/src/live.ts`. */
export const PROGRESS_ROOM = 'internal.projections';
export const CREDENTIALS_ROOM = 'internal.credentials';
export const REBUILDS_ROOM = 'internal.rebuilds';
