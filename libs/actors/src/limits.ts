/** Every bound of the runtime, with its reason. All are configuration. */

export interface RuntimeLimits {
  /** Commands that wait for, or are decided by, one entity. Beyond: `limit.mailbox`. */
  mailboxCommandsMax: number;
  /** Commands that go into one append. */
  appendCommandsMax: number;
  /** Body bytes that go into one append; one larger command still goes alone. */
  appendBytesMax: number;
  /** Entities kept in memory on one thread; the least recently used go first. */
  entitiesMax: number;
  idleMs: number;
  snapshotEveryEvents: number;
  /** Streams read at once on one thread. */
  loadsMax: number;
  /** Events a page when a stream is read; fewer where they are large (`BATCH_BYTES_MAX`). */
  pageEvents: number;
  /** Tries of a command that makes its entity throw, or its thread die, before it is parked. */
  parkAfterTries: number;
  /** Tries of an append whose outcome is unknown or in conflict before the command is answered `overload.timeout`. */
  appendTries: number;
  backOffFirstMs: number;
  backOffMaxMs: number;
  /** How long one thread decides before it lets messages in and answers out. */
  sliceMs: number;
  /** Snapshots written at once, at a stop or a sweep. */
  snapshotsMax: number;
  /** How long a stop may write snapshots: they only save time at the next start. */
  stopSnapshotsMs: number;
  /** What a refused caller is told to wait. */
  retryAfterMs: number;
}

export const DEFAULT_RUNTIME_LIMITS: RuntimeLimits = {
  // One append holds up to 256: a full mailbox is a few appends, well below a second.
  mailboxCommandsMax: 1_000,
  appendCommandsMax: 256,
  // The strictest log takes less than 1 MB a request; columns are about as large as the JSON they came from.
  appendBytesMax: 512 * 1024,
  // 2 kB each: 200 MB.
  entitiesMax: 100_000,
  // Longer than the pause of a device that sends once a minute.
  idleMs: 5 * 60_000,
  // A wake-up replays at most this many events beside the snapshot.
  snapshotEveryEvents: 500,
  // Enough to keep the log's readers busy, few enough that a storm of wake-ups does not starve the appends.
  loadsMax: 32,
  pageEvents: 500,
  parkAfterTries: 5,
  // 0.2 s doubled seven times: 25 s, then the caller has given up as well.
  appendTries: 8,
  backOffFirstMs: 200,
  backOffMaxMs: 30_000,
  // Shorter than what a person, or a p99, notices.
  sliceMs: 8,
  snapshotsMax: 64,
  stopSnapshotsMs: 5_000,
  retryAfterMs: 1_000,
};

export function backOffMs(failures: number, limits: Pick<RuntimeLimits, 'backOffFirstMs' | 'backOffMaxMs'>): number {
  return failures <= 0 ? 0 : Math.min(limits.backOffFirstMs * 2 ** (failures - 1), limits.backOffMaxMs);
}
