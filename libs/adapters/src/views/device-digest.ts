/** What a device sent and what became of it, as a few hashes that hold nothing a platform adds: no positions, no account, no times of ours. */
import { createHash, type Hash } from 'node:crypto';
import type { DeviceDigestView } from '#contracts';
import type { DeviceRef, SeriesStore, ViewDatabase } from '#ports';

/** Everything up to `position` must be visible. A device that has nothing has digests like any other. */
export async function digestDevice(db: ViewDatabase, series: SeriesStore, device: DeviceRef, position: number): Promise<DeviceDigestView> {
  return {
    deviceId: device.deviceId,
    position: String(position),
    series: await series.digest(device, { of: 'content' }),
    latest: await digestLatest(db, device),
    ledger: await digestLedger(db, device),
    rejections: await digestRejections(db, device),
  };
}

/** A line a field, in the order of their names: name, value, time. */
async function digestLatest(db: ViewDatabase, { accountId, deviceId }: DeviceRef): Promise<string> {
  const rows = await db
    .selectFrom('latest_values')
    .select(['field', 'value', 'time'])
    .where('account_id', '=', accountId)
    .where('device_id', '=', deviceId)
    .execute();
  const hash = createHash('sha256');
  for (const { field, value, time } of rows.sort((a, b) => (a.field < b.field ? -1 : 1))) line(hash, [field, value, time]);
  return hash.digest('hex');
}

/** One line: the counts, the latest time, and the sequence numbers received. */
async function digestLedger(db: ViewDatabase, { accountId, deviceId }: DeviceRef): Promise<string> {
  const row = await db
    .selectFrom('ledgers')
    .select(['stored', 'duplicates', 'rejected', 'late', 'latest_time', 'received_seqs'])
    .where('account_id', '=', accountId)
    .where('device_id', '=', deviceId)
    .executeTakeFirst();
  const hash = createHash('sha256');
  if (row) line(hash, [row.stored, row.duplicates, row.rejected, row.late, row.latest_time, row.received_seqs]);
  return hash.digest('hex');
}

const PAGE_ROWS = 1_000;

/** A line a refused reading, in the order of arrival: index, field, code, message, and the reading as it was sent. */
async function digestRejections(db: ViewDatabase, { accountId, deviceId }: DeviceRef): Promise<string> {
  const hash = createHash('sha256');
  let after = { position: -1, index: -1 };
  for (;;) {
    const { position, index } = after;
    const rows = await db
      .selectFrom('rejections')
      .select(['position', 'index_in_request', 'field', 'code', 'message', 'reading'])
      .where('account_id', '=', accountId)
      .where('device_id', '=', deviceId)
      .where((row) =>
        row.or([row('position', '>', position), row.and([row('position', '=', position), row('index_in_request', '>', index)])]),
      )
      .orderBy('position')
      .orderBy('index_in_request')
      .limit(PAGE_ROWS)
      .execute();
    for (const row of rows) line(hash, [row.index_in_request, row.field, row.code, row.message, row.reading]);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return hash.digest('hex');
    after = { position: last.position, index: last.index_in_request };
  }
}

function line(hash: Hash, values: readonly (string | number | null)[]): void {
  hash.update(`${JSON.stringify(values)}\n`);
}
