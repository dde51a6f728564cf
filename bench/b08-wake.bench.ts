/** B8: how long does the first command of a sleeping device with a million events take? */
import { openSqliteEventLog } from '#adapters/sqlite';
import { deviceStream } from '#contracts';
import type { EventLog } from '#ports';
import { mustBeAccepted, openDeviceHost, readingsCommand, tell } from './support/actor-commands.js';
import type { Bench, BenchContext } from './support/bench.js';
import { ACCOUNT, appendEvents, registration } from './support/fill-log.js';
import { figure, median, percentile } from './support/statistics.js';

const DEVICE = 'old';
/** A snapshot is written every 500 events: the longest tail there can be behind one. */
const TAIL = 499;

export const wake: Bench = {
  id: 'B8',
  name: 'wake',
  question:
    'A device with 1 M events behind it sleeps; a command arrives: how long until it is answered (snapshot and longest tail read, decided, durable)?',
  target: { of: 'median from command to answer', compare: '<=', must: 10, unit: 'ms' },
  nextLimit:
    'the two reads (snapshot, then the tail behind it) cost a few milliseconds at most; the rest is the decision and the fsync, which a device that is awake pays too.',
  async run(context) {
    const { quick, resources, say } = context;
    const events = quick ? 100_000 : 1_000_000;
    const log = openSqliteEventLog({ dir: await resources.tempDir() });
    resources.onRelease(() => log.close());
    let revision = await writeHistory(log, events);
    say(`${events.toLocaleString('en')} events are written`);
    await takeSnapshot(log, context);
    const asleep: number[] = [];
    const awake: number[] = [];
    for (let n = 0; n < (quick ? 10 : 40); n++) {
      revision = await lastRevision(log, revision);
      revision = await appendTail(log, revision);
      const times = await wakeOnce(log, revision);
      asleep.push(times.asleep);
      awake.push(times.awake);
    }
    say(`asleep ${median(asleep).toFixed(2)} ms (p95 ${percentile(asleep, 0.95).toFixed(2)}), awake ${median(awake).toFixed(2)} ms`);
    return {
      value: median(asleep),
      figures: [figure('first command, device asleep', 'ms', asleep), figure('second command, device awake', 'ms', awake)],
      notes: [
        `${events.toLocaleString('en')} events of one reading, a snapshot, and ${TAIL} events behind it; each time in a new runtime, so that nothing is in memory. Includes the fsync of the new event.`,
      ],
    };
  },
};

async function writeHistory(log: EventLog, events: number): Promise<number> {
  let revision = 1;
  await appendEvents(log, DEVICE, -1, registration(DEVICE));
  const CHUNK = 500;
  for (; revision < events; revision += CHUNK)
    await appendEvents(
      log,
      DEVICE,
      revision,
      Array.from({ length: CHUNK }, (_, i) => oneReading(revision + i)),
    );
  return revision;
}

/** Wakes it once the long way, by all of its events, and lets it go: it then has its snapshot. */
async function takeSnapshot(log: EventLog, { say }: BenchContext): Promise<void> {
  const host = openDeviceHost(log, 10);
  const startedAt = performance.now();
  await tell(host, [readingsCommand(DEVICE, [{ temperature: 20, seq: 0 }])]);
  say(`without a snapshot it took ${Math.round(performance.now() - startedAt)} ms`);
  await host.close();
  const snapshot = await log.loadSnapshot(deviceStream(ACCOUNT, DEVICE));
  if (!snapshot) throw new Error('the device left no snapshot');
}

/** One event at a time, as a device sends them. */
async function appendTail(log: EventLog, revision: number): Promise<number> {
  for (let n = 0; n < TAIL; n++) await appendEvents(log, DEVICE, revision + n, [oneReading(revision + n)]);
  return revision + TAIL;
}

async function lastRevision(log: EventLog, atLeast: number): Promise<number> {
  const tail = await log.readStream(deviceStream(ACCOUNT, DEVICE), atLeast, 1_000);
  return tail.at(-1)?.revision ?? atLeast;
}

async function wakeOnce(log: EventLog, revision: number): Promise<{ asleep: number; awake: number }> {
  const host = openDeviceHost(log, 10);
  const ask = async (seq: number) => {
    const command = readingsCommand(DEVICE, [{ temperature: 20, seq }]);
    const startedAt = performance.now();
    mustBeAccepted(await host.dispatch([command])[0]);
    return performance.now() - startedAt;
  };
  // Numbers far from the others: never a duplicate.
  const times = { asleep: await ask(1e9 + revision * 2), awake: await ask(1e9 + revision * 2 + 1) };
  await host.close();
  return times;
}

function oneReading(n: number) {
  return {
    type: 'ReadingsReceived' as const,
    data: {
      schemaVersion: 1,
      time: [Date.UTC(2026, 0, 1) + n * 1_000],
      seq: [n],
      fields: { temperature: [20 + (n % 10)], humidity: [40] },
    },
  };
}
