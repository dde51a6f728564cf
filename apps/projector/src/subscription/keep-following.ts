/** Follows the log, and goes on from where it was when reading it fails. */
import type { RecordedEvent } from '#contracts';
import type { EventLog, Follower } from '#ports';
import { retryUntil, type Trouble } from './retry.js';

export interface Following {
  /** Resolves when no handler runs any more. */
  close(): Promise<void>;
}

/** `handle` must not throw: what it cannot do it must see to by itself. */
export function keepFollowing(
  { log, after, batchMax, trouble }: { log: EventLog; after: number; batchMax: number; trouble: Trouble },
  handle: (events: RecordedEvent[]) => Promise<void>,
): Following {
  const stop = new AbortController();
  let position = after;
  let follower: Follower | undefined;
  const done = retryUntil(stop.signal, trouble, async () => {
    follower = log.follow(position, { batchMax }, async (events) => {
      await handle(events);
      position = events.at(-1)!.position;
    });
    await follower.done;
  });
  return {
    async close() {
      stop.abort();
      await follower?.close();
      await done;
    },
  };
}
