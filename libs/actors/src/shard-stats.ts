/** What one shard thread counts, in shared memory: its supervisor reads it at any time and for nothing. */

const NAMES = [
  'entities',
  'mailboxDepth',
  'loading',
  'loads',
  'commands',
  'appends',
  'events',
  'conflicts',
  'unknownOutcomes',
  'defects',
  'parked',
  'refusedMailbox',
  'passivations',
  'snapshots',
  'snapshotFailures',
] as const;

export type ShardStatName = (typeof NAMES)[number];

/** `entities`, `mailboxDepth` and `loading` are gauges; the others count since the thread's host was opened. */
export type ShardStatsView = Record<ShardStatName, number> & { shard: number; restarts: number; up: boolean };

const INDEX = Object.fromEntries(NAMES.map((name, index) => [name, index])) as Record<ShardStatName, number>;
const GAUGES: readonly ShardStatName[] = ['entities', 'mailboxDepth', 'loading'];

export class ShardStats {
  static readonly BYTES = NAMES.length * 8 + 8;
  private readonly cells: Float64Array;
  private readonly mark: Int32Array;

  constructor(readonly buffer: ArrayBufferLike = new ArrayBuffer(ShardStats.BYTES)) {
    this.cells = new Float64Array(buffer, 0, NAMES.length);
    this.mark = new Int32Array(buffer, NAMES.length * 8, 2);
  }

  add(name: ShardStatName, amount = 1): void {
    this.cells[INDEX[name]]! += amount;
  }

  get(name: ShardStatName): number {
    return this.cells[INDEX[name]]!;
  }

  /** The command whose code runs at this moment: if the thread dies now, this one is to blame. */
  markDeciding(ticket: number): void {
    this.mark[0] = ticket + 1;
  }

  clearDeciding(): void {
    this.mark[0] = 0;
  }

  deciding(): number | undefined {
    const mark = this.mark[0]!;
    return mark === 0 ? undefined : mark - 1;
  }

  /** A thread has ended: what it held is gone, what it counted stays. */
  resetGauges(): void {
    for (const name of GAUGES) this.cells[INDEX[name]] = 0;
    this.clearDeciding();
  }

  view(shard: number, restarts: number, up: boolean): ShardStatsView {
    const counts = Object.fromEntries(NAMES.map((name) => [name, this.get(name)])) as Record<ShardStatName, number>;
    return { ...counts, shard, restarts, up };
  }
}
