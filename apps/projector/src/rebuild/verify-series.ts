/** Compares the series with those built anew, both up to the position that all parts of both have reached: writes go on meanwhile. */
import type { Difference, Json, VerificationOutcome } from '#contracts';
import type { DeviceRef, ReadingRows, SeriesStore, ViewStore } from '#ports';
import { compareRows, type Row } from './compare-rows.js';

const PAGE_READINGS = 1_000;
/** Beyond all times that a reading can have. */
const ALWAYS = { from: -1e13, to: 1e13 };
const KEY = ['time', 'position', 'index'] as const;

interface Both {
  live: SeriesStore;
  rebuilt: SeriesStore;
  asOf: number;
}

export async function verifySeries(
  { views, parts }: { views: ViewStore; parts: number },
  { live, rebuilt }: { live: SeriesStore; rebuilt: SeriesStore },
  stop: AbortSignal,
): Promise<VerificationOutcome> {
  const asOf = await commonPosition([live, rebuilt], parts);
  const digests = { live: await live.digest(undefined, { asOf }), rebuilt: await rebuilt.digest(undefined, { asOf }) };
  const equal = digests.live === digests.rebuilt;
  const rows = { live: 0, rebuilt: 0 };
  let firstDifference: Difference | undefined;
  for await (const device of devicesIn(views)) {
    stop.throwIfAborted();
    rows.live += await live.count({ ...device, ...ALWAYS, asOf });
    rows.rebuilt += await rebuilt.count({ ...device, ...ALWAYS, asOf });
    if (!equal) firstDifference ??= await differenceOf({ live, rebuilt, asOf }, device, stop);
  }
  if (!equal) firstDifference ??= { table: 'series', key: null, ...digests };
  return { position: String(asOf), equal, ...digests, rows, ...(firstDifference && { firstDifference }) };
}

async function commonPosition(stores: readonly SeriesStore[], parts: number): Promise<number> {
  const positions = stores.flatMap((store) => Array.from({ length: parts }, (_, part) => store.checkpoint(part)));
  return Math.min(...(await Promise.all(positions)));
}

const DEVICES_AT_ONCE = 1_000;

async function* devicesIn({ db }: ViewStore): AsyncIterable<DeviceRef> {
  let after: DeviceRef = { accountId: '', deviceId: '' };
  for (;;) {
    const { accountId, deviceId } = after;
    const rows = await db
      .selectFrom('devices')
      .select(['account_id', 'device_id'])
      .where((row) =>
        row.or([row('account_id', '>', accountId), row.and([row('account_id', '=', accountId), row('device_id', '>', deviceId)])]),
      )
      .orderBy('account_id')
      .orderBy('device_id')
      .limit(DEVICES_AT_ONCE)
      .execute();
    for (const { account_id, device_id } of rows) yield { accountId: account_id, deviceId: device_id };
    const last = rows.at(-1);
    if (!last || rows.length < DEVICES_AT_ONCE) return;
    after = { accountId: last.account_id, deviceId: last.device_id };
  }
}

async function differenceOf({ live, rebuilt, asOf }: Both, device: DeviceRef, stop: AbortSignal): Promise<Difference | undefined> {
  const [ofLive, ofRebuilt] = [await live.digest(device, { asOf }), await rebuilt.digest(device, { asOf })];
  if (ofLive === ofRebuilt) return undefined;
  const pages = (store: SeriesStore): AsyncIterable<readonly Row[]> => pagesOf(store, { ...device, asOf }, stop);
  const { first } = await compareRows(pages(live), pages(rebuilt), KEY);
  // As they are read they are the same: they were received by other names, or before another schema.
  if (!first) return { ...device, table: 'series', key: null, live: ofLive, rebuilt: ofRebuilt };
  const { time, position, index } = (first.live ?? first.rebuilt)!;
  return {
    ...device,
    table: 'series',
    key: { time: new Date(Number(time)).toISOString(), position: String(position), index: Number(index) },
    live: readingOf(first.live),
    rebuilt: readingOf(first.rebuilt),
  };
}

async function* pagesOf(store: SeriesStore, device: DeviceRef & { asOf: number }, stop: AbortSignal): AsyncIterable<readonly Row[]> {
  let page: ReadingRows | undefined;
  do {
    stop.throwIfAborted();
    const last = page ? page.time.length - 1 : -1;
    const after = page && { time: page.time[last]!, position: page.position[last]!, index: page.index[last]! };
    page = await store.readings({ ...device, ...ALWAYS, limit: PAGE_READINGS, ...(after && { after }) });
    yield Array.from(page.time, (_, at) => rowAt(page!, at));
  } while (page.more);
}

function rowAt({ time, recordedAt, position, index, seq, parts }: ReadingRows, at: number): Row {
  const values = Object.entries(parts).flatMap(([part, column]): [string, string | number][] => {
    const value = column[at];
    return value === null || value === undefined || value !== value ? [] : [[part, value]];
  });
  return {
    time: time[at]!,
    position: position[at]!,
    index: index[at]!,
    recordedAt: recordedAt[at]!,
    seq: seq[at] ?? null,
    values: JSON.stringify(Object.fromEntries(values.sort(([a], [b]) => (a < b ? -1 : 1)))),
  };
}

function readingOf(row: Row | null): Json {
  return row && { ...row, values: JSON.parse(String(row['values'])) as Json };
}
