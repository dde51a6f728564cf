/** Tells the rooms that are listened to what is durable, at once and beside the projections: step 7 of the journey. */
import { setTimeout as sleep } from 'node:timers/promises';
import { upcastEvent, type CredentialsChangedMessage, type EventType, type JsonObject, type RecordedEvent } from '#contracts';
import { CREDENTIALS_ROOM, type EventLog, type LiveBus } from '#ports';
import type { Tracer } from '../../../../libs/platform/src/tracing.js';
import { isA } from '../projections/projection.js';
import { keepFollowing, type Following } from '../subscription/keep-following.js';
import type { Trouble } from '../subscription/retry.js';
import { traceWork } from '../trace-projections.js';
import { LIVE_TYPES, liveMessages } from './live-messages.js';

export interface LiveFanOutConfig {
  log: EventLog;
  live: LiveBus;
  /** Only what happens from here on is told: whoever needs more reads the log first. */
  head: number;
  /** Whether it is ours to tell of this stream. */
  owns: (stream: string) => boolean;
  /** Resolves when the views show this event, or when it has taken too long to wait for. */
  viewsShow: (event: RecordedEvent) => Promise<void>;
  trouble: Trouble;
  /** Absent where nothing is traced. */
  tracer?: Tracer | undefined;
}

/** So that a batch crosses threads quickly; the data of events nobody listens to is not even parsed. */
const BATCH_EVENTS_MAX = 4_096;
/** While nobody listens to any device the log is not read; this often it is looked whether someone does now. */
const LOOK_EVERY_MS = 50;
/** How long a message about a changed device waits for the views to show the change. */
export const VIEWS_WAIT_MS_MAX = 1_000;
/** Rooms of devices are named like their streams. */
const DEVICES = 'device-';

export function startLiveFanOut({ log, live, head, owns, viewsShow, trouble, tracer }: LiveFanOutConfig): Following {
  const stop = new AbortController();
  const pause = (): Promise<void> => sleep(LOOK_EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
  const isHeard = (): boolean => live.hasListenersWithin(DEVICES);
  const tell = async (events: RecordedEvent[]): Promise<void> => {
    const heard = events.filter((event) => LIVE_TYPES.has(event.type) && live.hasListeners(event.stream) && owns(event.stream));
    for (const some of splitAtChanges(heard)) {
      if (CHANGE_TYPES.has(some[0]!.type)) await viewsShow(some[0]!);
      await traceWork(tracer, 'live publish', some, () => live.publish(liveMessages(some.map(upcastEvent))));
    }
  };
  const run = async (): Promise<void> => {
    let lastHead = head;
    while (!stop.signal.aborted) {
      // Begins a look earlier than necessary: who has just joined has read the log up to then, and knows what it has had.
      let after = lastHead;
      while (!isHeard() && !stop.signal.aborted) {
        after = lastHead;
        lastHead = await log.head().catch(() => after);
        await pause();
      }
      if (stop.signal.aborted) return;
      const following = keepFollowing({ log, after, batchMax: BATCH_EVENTS_MAX, trouble }, tell);
      while (isHeard() && !stop.signal.aborted) await pause();
      await following.close();
      lastHead = await log.head().catch(() => after);
    }
  };
  const done = run();
  return {
    async close() {
      stop.abort();
      await done;
    },
  };
}

/** To be told once the views show it: whoever forgets a key then reads anew that it is revoked. */
export function credentialsChanged(events: readonly RecordedEvent[]): CredentialsChangedMessage['changes'] {
  const changes: CredentialsChangedMessage['changes'] = [];
  for (const event of events) {
    const { accountId } = event.metadata;
    if (isA(event, 'ApiKeyRevoked')) changes.push({ accountId, keyId: event.data.keyId });
    else if (isA(event, 'SessionEnded')) changes.push({ accountId, sessionId: event.data.sessionId });
  }
  return changes;
}

export function publishCredentialsChanged(live: LiveBus, events: readonly RecordedEvent[]): void {
  const changes = credentialsChanged(events);
  if (changes.length === 0) return;
  const data = { changes } satisfies CredentialsChangedMessage as unknown as JsonObject;
  live.publish([{ room: CREDENTIALS_ROOM, event: 'credentials.changed', data }]);
}

const CHANGE_TYPES: ReadonlySet<EventType> = new Set(['DeviceRegistered', 'DeviceDescribed', 'SchemaRegistered', 'DeviceRetired']);

/** A page that hears of a changed device reads it again: it must then see the change. So each change begins a part of its own. */
function* splitAtChanges(events: readonly RecordedEvent[]): Iterable<readonly RecordedEvent[]> {
  let from = 0;
  for (let at = 1; at <= events.length; at++) {
    if (at < events.length && !CHANGE_TYPES.has(events[at]!.type)) continue;
    if (at > from) yield events.slice(from, at);
    from = at;
  }
}
