/** What the parts of one shard share. */
import type { EventLog } from '#ports';
import type { CommandAnswer } from '#contracts';
import type { ParkingLot } from './behaviour.js';
import type { Delivery } from './delivery.js';
import type { RuntimeLimits } from './limits.js';
import type { ShardStats } from './shard-stats.js';
import type { TurnWatch } from './turn-watch.js';

export interface ShardContext {
  readonly log: EventLog;
  readonly parkingLot: ParkingLot;
  readonly limits: RuntimeLimits;
  readonly stats: ShardStats;
  /** ms since epoch. */
  readonly now: () => number;
  /** Tells two owners of a shard apart in the events' metadata. */
  readonly writerEpoch: string;
  /** Absent where nothing is traced. */
  readonly watch?: TurnWatch;
  /** Set at a stop: called when the last command is answered. */
  whenQuiet?: () => void;
}

/** An entity's code threw where no single command is to blame: its history cannot be read. */
export class EntityDefectError extends Error {
  override readonly name = 'EntityDefectError';
}

/** Every answer goes this way: what is in the mailboxes is counted here. */
export function answer(context: ShardContext, delivery: Delivery, what: CommandAnswer): void {
  context.stats.add('mailboxDepth', -1);
  delivery.reply(what);
  if (context.whenQuiet && context.stats.get('mailboxDepth') === 0) context.whenQuiet();
}

/** At most so many at once; the others wait in order. */
export class Slots {
  private free: number;
  private readonly queue: (() => void)[] = [];

  constructor(max: number) {
    this.free = max;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.free++;
    }
  }
}
