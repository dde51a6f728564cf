/** B12: what does the event log add to the vendor's client, which appends the same events to the same server? */
import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, NO_STREAM, type AppendExpectedRevision, type JSONEventType } from '@eventstore/db-client';
import { openEventStoreDbEventLog } from '#adapters/eventstoredb';
import type { NewEvent } from '#contracts';
import { startEventStoreDb } from '../test/support/eventstoredb/index.js';
import type { Bench, BenchContext } from './support/bench.js';
import { humidity, temperature } from './support/points.js';
import { figure, interleaved, ratio } from './support/statistics.js';

/** Appends under way, on both sides: each goes on with a stream of its own, as the entities of a shard do. */
const UNDER_WAY = 64;
const START = Date.UTC(2026, 0, 1);

interface Load {
  appends: number;
  readings: number;
  /** Of one append. */
  events: number;
}

/** Appends the events that stand after `revision` of a stream, on both sides by the same rules. */
type Append = (stream: string, revision: number, events: NewEvent[]) => Promise<unknown>;

export const append: Bench = {
  id: 'B12',
  name: 'append',
  question: `Events of 100 readings × 2 fields appended to EventStoreDB, ${UNDER_WAY} under way: how many a second?`,
  target: { of: 'EventLog.append ÷ the bare client, appends/s', compare: '>=', must: 0.8, unit: '×' },
  nextLimit:
    'The server: the appending thread is idle most of the time. What is left of it goes into JSON and protobuf messages, and with several events an append into reading back where they stand.',
  async run(context) {
    const rounds = context.quick ? 3 : 7;
    const appends = context.quick ? 3_000 : 10_000;
    const each = await compared(context, rounds, { appends, readings: 100, events: 1 });
    const large = await compared(context, rounds, { appends: appends / 5, readings: 1_000, events: 1 });
    const eight: Load = { appends: appends / 4, readings: 10, events: 8 };
    const several = await compared(context, rounds, eight);
    const untold = await clientRound(context, eight, 'last');
    return {
      value: ratio(each.a, each.b),
      figures: [
        figure('EventLog.append, an event of 100 readings', 'appends/s', each.a),
        figure('the client, the same', 'appends/s', each.b),
        figure('EventLog.append, an event of 1,000 readings', 'appends/s', large.a),
        figure('the client, the same', 'appends/s', large.b),
        figure('EventLog.append, 8 events of 10 readings, and where each stands', 'appends/s', several.a),
        figure('the client, the same, and a readStream for where each stands', 'appends/s', several.b),
        figure('the client, the same, without knowing where each stands', 'appends/s', [untold]),
      ],
      notes: [
        `Each append expects the revision before it; ${UNDER_WAY} streams, one append under way in each. The events are counted after each round.`,
        'The server is the stand-in of the tests, which fsyncs what it acknowledges, in a process of its own; what a real server takes is not known here.',
      ],
    };
  },
};

async function compared(context: BenchContext, rounds: number, load: Load): Promise<{ a: number[]; b: number[] }> {
  // The first of each is slower than all others.
  await logRound(context, { ...load, appends: UNDER_WAY * 4 });
  await clientRound(context, { ...load, appends: UNDER_WAY * 4 });
  return interleaved(
    rounds,
    () => logRound(context, load),
    () => clientRound(context, load),
  );
}

function logRound(context: BenchContext, load: Load): Promise<number> {
  return round(context, 'log', load, async (url, onRelease) => {
    const log = await openEventStoreDbEventLog({ url });
    onRelease(() => log.close());
    return async (stream, expectedRevision, events) => {
      const result = await log.append({ stream, expectedRevision, events });
      if (!result.ok) throw new Error(`${stream} ends at ${result.actualRevision}, not at ${expectedRevision}`);
    };
  });
}

/** The server tells where the last event of an append stands; where the others do must be read. */
function clientRound(context: BenchContext, load: Load, positions: 'each' | 'last' = 'each'): Promise<number> {
  return round(context, 'client', load, async (url, onRelease) => {
    const client = EventStoreDBClient.connectionString(url);
    onRelease(() => client.dispose());
    return async (stream, revision, events) => {
      const expectedRevision: AppendExpectedRevision = revision < 0 ? NO_STREAM : BigInt(revision);
      const proposed = events.map(({ type, data, metadata, eventVersion }) =>
        jsonEvent({ id: metadata.eventId, type, data, metadata: { ...metadata, eventVersion } } as unknown as JSONEventType),
      );
      await client.appendToStream(stream, proposed, { expectedRevision });
      if (events.length === 1 || positions === 'last') return;
      let read = 0;
      for await (const { event } of client.readStream(stream, { fromRevision: BigInt(revision + 1), maxCount: events.length }))
        if (event?.position) read += 1;
      if (read !== events.length) throw new Error(`${stream} tells ${read} positions, not ${events.length}`);
    };
  });
}

function round(
  { resources, say }: BenchContext,
  side: string,
  { appends, readings, events }: Load,
  open: (url: string, onRelease: (stop: () => Promise<unknown>) => void) => Promise<Append>,
): Promise<number> {
  return resources.scope(async (inner) => {
    const server = await startEventStoreDb();
    inner.onRelease(() => server.stop());
    const append = await open(server.url, (stop) => inner.onRelease(stop));
    let left = appends;
    const startedAt = performance.now();
    const goOn = async (stream: string): Promise<void> => {
      for (let revision = -1; left > 0; revision += events) {
        left -= 1;
        await append(
          stream,
          revision,
          Array.from({ length: events }, () => eventOf(readings)),
        );
      }
    };
    await Promise.all(Array.from({ length: UNDER_WAY }, (_, n) => goOn(`device-abench.d${n}`)));
    const rate = (appends / (performance.now() - startedAt)) * 1_000;
    const { events: written } = await server.faults.figures();
    if (written !== appends * events) throw new Error(`${side}: ${written} events are in the log, not ${appends * events}`);
    say(`${side}: ${Math.round(rate).toLocaleString('en')} appends/s of ${events} × ${readings} readings`);
    return rate;
  });
}

/** Made for each append on both sides, as an entity makes it. */
function eventOf(readings: number): NewEvent {
  const time = Array.from({ length: readings }, (_, n) => START + n * 10);
  return {
    type: 'ReadingsReceived',
    eventVersion: 1,
    data: { columns: { schemaVersion: 1, time, fields: { temperature: time.map(temperature), humidity: time.map(humidity) } } },
    metadata: {
      eventId: randomUUID(),
      commandId: randomUUID(),
      accountId: 'abench',
      correlationId: randomUUID(),
      recordedAt: START,
      actor: 'device/d1',
      writerEpoch: 'w1',
      part: [0, 1],
    },
  } as NewEvent;
}
