/** Which place a reading has among those of its device and time: the order of the log, whoever writes it, and however often. */
import { identifier } from './names.js';
import { deviceCondition, type CatalogDevice } from './catalog.js';
import type { InfluxConnection } from './connection.js';
import type { DeviceState } from './device-states.js';
import { nanosFrom, RANKS } from './times.js';

/** Ranges of late times looked up for one device: one for each cluster of them. */
const RANGES_MAX = 32;
/** Lookups sent in one request. */
const STATEMENTS_MAX = 200;

/** Counts the readings of each time while those of a batch are given theirs, device by device. */
export class Ranks {
  private readonly taken = new Map<number, number>();
  private latest: number;
  private atLatest: number | undefined;
  /** No reading of the batch is older than one before it: then only those of the latest time need counting. */
  private ordered = true;

  constructor({ latest, atLatest }: DeviceState) {
    this.latest = latest;
    this.atLatest = atLatest;
  }

  /** Looks at all times of the batch beforehand, and gives those of which readings may be stored already: they have to be looked up. */
  late(times: readonly Float64Array[]): number[] {
    const late: number[] = [];
    let highest = this.latest;
    for (const column of times) {
      for (const time of column) {
        if (time < this.latest || (time === this.latest && this.atLatest === undefined)) late.push(time);
        if (time < highest) this.ordered = false;
        else highest = time;
      }
    }
    return late;
  }

  /** So many readings of that time are stored. */
  stored(time: number, readings: number): void {
    this.taken.set(time, (this.taken.get(time) ?? 0) + readings);
  }

  next(time: number): number {
    if (time > this.latest) {
      if (!this.ordered && this.atLatest !== undefined) this.taken.set(this.latest, this.atLatest);
      this.latest = time;
      this.atLatest = 1;
      return 0;
    }
    if (time === this.latest) {
      const rank = this.atLatest ?? this.taken.get(time) ?? 0;
      this.atLatest = rank + 1;
      return rank;
    }
    const rank = this.taken.get(time) ?? 0;
    this.taken.set(time, rank + 1);
    return rank;
  }

  /** After the batch. */
  leftAt(): Pick<DeviceState, 'latest' | 'atLatest'> {
    return { latest: this.latest, atLatest: this.atLatest };
  }
}

export interface Lookup {
  device: CatalogDevice;
  late: number[];
  ranks: Ranks;
}

/** Counts what is stored of the late times, of events up to `position`: later ones are those of this batch, written before it failed. */
export async function lookUpRanks(connection: InfluxConnection, database: string, lookups: Lookup[], position: number): Promise<void> {
  const asked = lookups.flatMap(({ device, late, ranks }) => {
    const wanted = new Set(late);
    return rangesOf(late).map((range) => ({ device, wanted, ranks, range }));
  });
  for (let from = 0; from < asked.length; from += STATEMENTS_MAX) {
    const some = asked.slice(from, from + STATEMENTS_MAX);
    const statements = some.map(
      ({ device, range }) =>
        `SELECT ${identifier('position')} FROM ${device.measurement} WHERE ${deviceCondition(device)} AND time >= ${nanosFrom(range.from)} AND time < ${nanosFrom(range.last) + BigInt(RANKS)}` +
        ` AND ${identifier('position')} <= ${position}`,
    );
    for await (const { statement, time } of connection.query(database, statements.join(';'), ['number'])) {
      const { wanted, ranks } = some[statement]!;
      for (const one of time) if (wanted.has(one)) ranks.stored(one, 1);
    }
  }
}

/** Few ranges that hold all of these times, and little between them. */
function rangesOf(late: number[]): { from: number; last: number }[] {
  const times = Float64Array.from(late).sort();
  const gap = (times.at(-1)! - times[0]!) / RANGES_MAX;
  const ranges: { from: number; last: number }[] = [];
  for (const time of times) {
    const current = ranges.at(-1);
    if (current && time - current.last <= gap) current.last = time;
    else ranges.push({ from: time, last: time });
  }
  return ranges;
}
