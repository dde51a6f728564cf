/** Tells operators, about once a second, what the shards and the queue of this process are doing. */
import { hostname } from 'node:os';
import { Inject, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { ShardStatsView } from '#actors';
import type { IngestorFiguresMessage, JsonObject, ShardView } from '#contracts';
import { CommandQueue, LiveBus, PROGRESS_ROOM } from '#ports';
import { Ingestor } from './start-ingestor.js';

const EVERY_MS = 1_000;
/** Rates are over about this long: short enough to see a stall, long enough not to flicker. */
const RATE_OVER_MS = 5_000;

export class OperatorFigures implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly process = `ingestor@${hostname()}-${process.pid}`;
  private readonly rates: CommandRates = new CommandRates();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Ingestor) private readonly ingestor: Ingestor,
    @Inject(CommandQueue) private readonly queue: CommandQueue,
    @Inject(LiveBus) private readonly live: LiveBus,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.tell(Date.now()), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private tell(now: number): void {
    // Counted also while nobody listens: the first figures told are to be true.
    const stats = this.ingestor.stats();
    const rates = this.rates.of(stats, now);
    if (!this.live.hasListeners(PROGRESS_ROOM)) return;
    const shards = stats.map((one, at) => shardView(this.process, one, rates[at]!));
    const partitions = this.queue.partitions();
    const queue = { process: this.process, ...this.queue.depth(), ...(partitions && { partitions }) };
    const data: IngestorFiguresMessage = { process: this.process, shards, queue };
    this.live.publish([{ room: PROGRESS_ROOM, event: 'ingestor.figures', data: data as unknown as JsonObject }]);
  }
}

const shardView = (
  process: string,
  { shard, up, entities, mailboxDepth, restarts }: ShardStatsView,
  commandsPerSecond: number,
): ShardView => ({
  process,
  worker: shard,
  alive: up,
  entities,
  waiting: mailboxDepth,
  commandsPerSecond,
  restarts,
});

/** Commands a second by shard, from counts that only rise. */
export class CommandRates {
  private readonly known = new Map<number, { commands: number; at: number; rate: number }>();

  of(stats: readonly Pick<ShardStatsView, 'shard' | 'commands'>[], now: number): number[] {
    return stats.map(({ shard, commands }) => {
      const before = this.known.get(shard);
      const rate = before ? smoothed(before, commands, now) : 0;
      this.known.set(shard, { commands, at: now, rate });
      return Math.round(rate * 10) / 10;
    });
  }
}

function smoothed(before: { commands: number; at: number; rate: number }, commands: number, now: number): number {
  const ms = now - before.at;
  if (ms <= 0) return before.rate;
  const latest = Math.max(0, ((commands - before.commands) * 1_000) / ms);
  return latest + (before.rate - latest) * Math.exp(-ms / RATE_OVER_MS);
}
