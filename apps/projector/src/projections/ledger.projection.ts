/** Does it add up: received = stored + duplicates + rejected, what came late, and which sequence numbers are missing. */
import { deviceOf, type RecordedEvent, type Seq } from '#contracts';
import { ReceivedSeqs, seqOf, type FrozenSeqs } from '#domain';
import type { ViewTables } from '#ports';
import { isA, type Projection } from './projection.js';
import { deviceKey, selectByDevice, upsert, type DeviceKey } from './rows.js';

type LedgerRow = ViewTables['ledgers'];

/** What a batch adds to the ledger of one device. */
export interface LedgerChange extends DeviceKey {
  stored: number;
  duplicates: number;
  rejected: number;
  /** Older than an earlier reading of the same batch. */
  late: number;
  /** Times of the stored readings that were not: they rise, and those before the latest of earlier batches are late too. */
  leading: number[];
  lastRecordedAt: number;
  /** Of stored and refused readings, in the order of arrival. */
  seqs: Seq[];
}

export const ledger: Projection<LedgerChange[]> = {
  name: 'ledger',
  version: 1,
  handles: ['DeviceRegistered', 'ReadingsReceived', 'ReadingsRejected', 'DuplicatesDiscarded'],
  tables: ['ledgers'],

  fold(events) {
    const changes = new Map<string, LedgerChange>();
    for (const event of events) {
      let change = changes.get(event.stream);
      if (!change) changes.set(event.stream, (change = nothingOf(event)));
      add(change, event);
    }
    return [...changes.values()];
  },

  async write(tx, changes) {
    const before = await selectByDevice(tx, 'ledgers', changes);
    const rows = changes.map((change) => merged(before.get(deviceKey(change)), change));
    await upsert(tx, 'ledgers', ['account_id', 'device_id'], rows);
  },
};

function nothingOf(event: RecordedEvent): LedgerChange {
  const { accountId, deviceId } = deviceOf(event.stream);
  const key = { account_id: accountId, device_id: deviceId };
  return { ...key, stored: 0, duplicates: 0, rejected: 0, late: 0, leading: [], lastRecordedAt: -Infinity, seqs: [] };
}

/** Changes `change`, which lives only within one fold. */
function add(change: LedgerChange, event: RecordedEvent): void {
  if (isA(event, 'DeviceRegistered')) return;
  change.lastRecordedAt = Math.max(change.lastRecordedAt, event.metadata.recordedAt);
  if (isA(event, 'ReadingsReceived')) addStored(change, event.data.time, event.data.seq);
  else if (isA(event, 'DuplicatesDiscarded')) change.duplicates += event.data.count;
  else if (isA(event, 'ReadingsRejected')) {
    change.rejected += event.data.readings.length;
    for (const { seq } of event.data.readings) if (seq !== undefined) change.seqs.push(seq);
  }
}

function addStored(change: LedgerChange, time: number[], seqs: (Seq | null)[] | undefined): void {
  const { leading } = change;
  let latest = leading.at(-1) ?? -Infinity;
  for (const at of time) {
    if (at < latest) change.late++;
    else leading.push((latest = at));
  }
  change.stored += time.length;
  if (seqs) for (const seq of seqs) if (seq !== null) change.seqs.push(seq);
}

function merged(before: LedgerRow | undefined, change: LedgerChange): LedgerRow {
  const latestBefore = before?.latest_time ?? -Infinity;
  const latest = Math.max(latestBefore, change.leading.at(-1) ?? -Infinity);
  const recorded = Math.max(before?.last_recorded_at ?? -Infinity, change.lastRecordedAt);
  return {
    account_id: change.account_id,
    device_id: change.device_id,
    stored: (before?.stored ?? 0) + change.stored,
    duplicates: (before?.duplicates ?? 0) + change.duplicates,
    rejected: (before?.rejected ?? 0) + change.rejected,
    late: (before?.late ?? 0) + change.late + countBelow(change.leading, latestBefore),
    latest_time: latest === -Infinity ? null : latest,
    last_recorded_at: recorded === -Infinity ? null : recorded,
    received_seqs: receivedSeqs(before?.received_seqs, change.seqs),
  };
}

const NO_SEQS = JSON.stringify(ReceivedSeqs.empty().freeze());

/** Offered one by one, in order: where gaps must be closed to keep the set small, which ones depends on the order. */
function receivedSeqs(before: string | undefined, seqs: Seq[]): string {
  if (seqs.length === 0) return before ?? NO_SEQS;
  const received = before === undefined ? ReceivedSeqs.empty() : ReceivedSeqs.thaw(JSON.parse(before) as FrozenSeqs);
  for (const seq of seqs) received.offer(seqOf(seq));
  return JSON.stringify(received.freeze());
}

/** How many of the rising numbers are below `limit`. */
function countBelow(rising: number[], limit: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rising[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
