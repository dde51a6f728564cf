import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent, Seq } from '#contracts';
import { ReceivedSeqs } from '#domain';
import { StoreUnavailableError, type ViewStore, type ViewTransaction } from '#ports';
import { arbitraryCuts, arbitraryLog } from '../testing/arbitrary-log.js';
import { allRows, clear, openViewsLane, project, rowsOf, temporaryViews } from '../testing/views.js';
import { isA } from './projection.js';

/** Enough that a wrong `<` for a `<=` in any of the folds is found each time (tried). */
const RUNS = { numRuns: 60 };

describe('projections, whatever the log', () => {
  let place: Awaited<ReturnType<typeof temporaryViews>>;
  beforeAll(async () => (place = await temporaryViews()));
  afterAll(() => place.remove());

  const rowsAfter = async (work: () => Promise<void>): Promise<Record<string, unknown[]>> => {
    await clear(place.views);
    await work();
    return allRows(place.views);
  };

  it('give the same rows however the log is cut into batches', () =>
    fc.assert(
      fc.asyncProperty(arbitraryLog, arbitraryCuts, async (log, cuts) => {
        const whole = await rowsAfter(() => project(place.views, log));
        const one = await rowsAfter(() =>
          project(
            place.views,
            log,
            log.map((_, n) => n + 1),
          ),
        );
        expect(await rowsAfter(() => project(place.views, log, cuts))).toEqual(whole);
        expect(one).toEqual(whole);
      }),
      RUNS,
    ));

  it('give the same rows when they are stopped anywhere, and go on from their checkpoint', () =>
    fc.assert(
      fc.asyncProperty(arbitraryLog, arbitraryCuts, fc.array(fc.nat(4), { maxLength: 20 }), async (log, cuts, crashes) => {
        const whole = await rowsAfter(() => project(place.views, log));
        expect(await rowsAfter(() => projectThroughCrashes(place.views, log, cuts, crashes))).toEqual(whole);
      }),
      RUNS,
    ));

  it('agree with counting reading by reading', () =>
    fc.assert(
      fc.asyncProperty(arbitraryLog, arbitraryCuts, async (log, cuts) => {
        await rowsAfter(() => project(place.views, log, cuts));
        for (const row of await rowsOf(place.views, 'ledgers')) {
          const { received, ...counted } = countOneByOne(log, `device-${row.account_id}.${row.device_id}`);
          expect(row).toMatchObject(counted);
          const seqs = ReceivedSeqs.thaw(JSON.parse(row.received_seqs)).missing();
          expect(Number(seqs.count) + new Set(received.map(String)).size).toBe(received.length === 0 ? 0 : Number(span(received)));
        }
        const latest = (await rowsOf(place.views, 'latest_values')).map((row) => [
          row.account_id,
          row.device_id,
          row.field,
          row.value,
          row.time,
          row.position,
        ]);
        expect(latest.sort()).toEqual(latestOneByOne(log).sort());
      }),
      RUNS,
    ));
});

/** Each number of `crashes` says how many statements of a transaction still run before the process is gone. */
async function projectThroughCrashes(views: ViewStore, log: RecordedEvent[], cuts: number[], crashes: number[]): Promise<void> {
  const pending = [...crashes];
  const crashing: ViewStore = {
    db: views.db,
    close: () => views.close(),
    snapshot: (work) => views.snapshot(work),
    write: (work) =>
      views.write(async (tx) => {
        const left = pending.pop();
        const result = await work(left === undefined ? tx : dyingAfter(left, tx));
        return result;
      }),
  };
  for (;;) {
    try {
      const lane = await openViewsLane(crashing);
      const rest = log.filter(({ position }) => position > lane.position);
      for (const end of [...cuts.map((cut) => cut - lane.position), rest.length].filter((end) => end > 0).sort((a, b) => a - b)) {
        const batch = rest.filter(({ position }) => position > lane.position).slice(0, Math.max(0, end));
        if (batch.length > 0) await lane.step(batch);
      }
      if (lane.position >= log.length) return;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
  }
}

function dyingAfter(statements: number, tx: ViewTransaction): ViewTransaction {
  let left = statements;
  return new Proxy(tx, {
    get(target, name) {
      if (name === 'getExecutor' || name === 'insertInto' || name === 'selectFrom' || name === 'updateTable') {
        if (left-- <= 0) throw new StoreUnavailableError('the process is gone');
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

function countOneByOne(log: RecordedEvent[], stream: string) {
  const ledger = { stored: 0, duplicates: 0, rejected: 0, late: 0, latest_time: null as number | null, received: [] as Seq[] };
  for (const event of log.filter((one) => one.stream === stream)) {
    if (isA(event, 'DuplicatesDiscarded')) ledger.duplicates += event.data.count;
    if (isA(event, 'ReadingsRejected')) {
      ledger.rejected += event.data.readings.length;
      ledger.received.push(...event.data.readings.flatMap(({ seq }) => (seq === undefined ? [] : [seq])));
    }
    if (!isA(event, 'ReadingsReceived')) continue;
    ledger.received.push(...(event.data.seq ?? []).filter((seq) => seq !== null));
    for (const time of event.data.time) {
      ledger.stored++;
      if (ledger.latest_time !== null && time < ledger.latest_time) ledger.late++;
      ledger.latest_time = Math.max(ledger.latest_time ?? time, time);
    }
  }
  return ledger;
}

function span(seqs: Seq[]): bigint {
  const all = seqs.map(BigInt).sort((a, b) => (a < b ? -1 : 1));
  return all.at(-1)! - all[0]! + 1n;
}

function latestOneByOne(log: RecordedEvent[]): unknown[] {
  const latest = new Map<string, [account: string, device: string, field: string, value: string, time: number, position: number]>();
  for (const event of log) {
    if (!isA(event, 'ReadingsReceived')) continue;
    const [account, device] = event.stream.slice('device-'.length).split('.') as [string, string];
    for (const [index, time] of event.data.time.entries()) {
      for (const [field, column] of Object.entries(event.data.fields)) {
        const value = Array.isArray(column)
          ? column[index]
          : Object.fromEntries(Object.entries(column).flatMap(([part, values]) => (values[index] === null ? [] : [[part, values[index]]])));
        if (value === null || (typeof value === 'object' && Object.keys(value).length === 0)) continue;
        const before = latest.get(`${event.stream} ${field}`);
        if (before && before[4] > time) continue;
        latest.set(`${event.stream} ${field}`, [account, device, field, JSON.stringify(value), time, event.position]);
      }
    }
  }
  return [...latest.values()];
}
