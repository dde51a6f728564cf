/** Step 3 of the journey on one thread: finds or starts the entity of a command, and gives each entity its turns. Called by the hosts. */
import { categoryOf, type CommandEnvelope } from '#contracts';
import type { EventLog } from '#ports';
import type { AnyBehaviour, ParkingLot } from './behaviour.js';
import { refusal, stoppingRefusal, type Delivery } from './delivery.js';
import { Entity } from './entity.js';
import { EntityLoader } from './entity-loader.js';
import { EntityTable } from './entity-table.js';
import { DEFAULT_RUNTIME_LIMITS, type RuntimeLimits } from './limits.js';
import { Passivation } from './passivation.js';
import type { ShardContext } from './shard-context.js';
import { ShardStats } from './shard-stats.js';
import { shardOf } from './shards.js';
import { takeTurn } from './take-turn.js';
import type { TurnWatch } from './turn-watch.js';

export interface ShardRuntimeOptions {
  behaviours: AnyBehaviour[];
  log: EventLog;
  parkingLot: ParkingLot;
  writerEpoch: string;
  limits?: Partial<RuntimeLimits>;
  stats?: ShardStats;
  watch?: TurnWatch;
  now?: () => number;
}

export class ShardRuntime {
  private readonly context: ShardContext;
  private readonly behaviours: Map<string, AnyBehaviour>;
  private readonly entities = new EntityTable();
  private readonly loader: EntityLoader;
  private readonly passivation: Passivation;
  private ready: Entity[] = [];
  private drainScheduled = false;
  private stopping = false;

  constructor({ behaviours, log, parkingLot, writerEpoch, limits, stats, watch, now }: ShardRuntimeOptions) {
    this.context = {
      log,
      parkingLot,
      writerEpoch,
      watch,
      limits: { ...DEFAULT_RUNTIME_LIMITS, ...limits },
      stats: stats ?? new ShardStats(),
      now: now ?? Date.now,
    };
    this.behaviours = new Map(behaviours.map((behaviour) => [behaviour.category, behaviour]));
    this.loader = new EntityLoader(this.context);
    this.passivation = new Passivation(this.context, this.entities);
  }

  get stats(): ShardStats {
    return this.context.stats;
  }

  /** Takes the command or refuses it; `delivery.reply` is called once, sooner or later. */
  tell(delivery: Delivery): void {
    const { limits, stats } = this.context;
    if (this.stopping) return delivery.reply(stoppingRefusal(limits.retryAfterMs));
    const entity = this.entities.get(delivery.envelope.stream) ?? this.start(delivery.envelope);
    if (!entity) return delivery.reply(refusal('defect', `No behaviour for ${delivery.envelope.stream}.`));
    if (entity.depth >= limits.mailboxCommandsMax && !delivery.retried) {
      stats.add('refusedMailbox');
      return delivery.reply(refusal('limit.mailbox', `${entity.depth} commands wait for it already.`, limits.retryAfterMs));
    }
    stats.add('commands');
    stats.add('mailboxDepth');
    entity.put(delivery);
    entity.usedAt = this.context.now();
    this.entities.touch(entity);
    if (!entity.busy) this.makeReady(entity);
  }

  /** Lets go of what was idle too long. Happens by itself; here for tests with a clock of their own. */
  sweep(): void {
    this.passivation.sweep();
  }

  /** Refuses what is new, finishes what was taken, writes snapshots. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.stats.get('mailboxDepth') > 0) await new Promise<void>((resolve) => (this.context.whenQuiet = resolve));
    await this.passivation.close();
  }

  private start({ stream }: CommandEnvelope): Entity | undefined {
    const behaviour = this.behaviours.get(categoryOf(stream));
    if (!behaviour) return undefined;
    this.passivation.makeRoom();
    const entity = new Entity(stream, behaviour, `${behaviour.category}/${shardOf(stream)}`);
    this.entities.add(entity);
    this.stats.add('entities');
    return entity;
  }

  private makeReady(entity: Entity): void {
    entity.busy = true;
    this.ready.push(entity);
    if (this.drainScheduled) return;
    this.drainScheduled = true;
    // After the whole batch has been told, so that what came for one entity goes into one append.
    queueMicrotask(() => this.drain());
  }

  /** Turns for all that are ready, a slice of time at once: then messages get in and answers out. */
  private drain(): void {
    const until = performance.now() + this.context.limits.sliceMs;
    const { ready } = this;
    let next = 0;
    while (next < ready.length) {
      void this.turn(ready[next++]!);
      if (performance.now() > until) break;
    }
    this.ready = next < ready.length ? ready.slice(next) : [];
    this.drainScheduled = this.ready.length > 0;
    if (this.drainScheduled) setImmediate(() => this.drain());
  }

  private async turn(entity: Entity): Promise<void> {
    await takeTurn(this.context, this.loader, entity);
    if (entity.loaded) this.passivation.afterTurn(entity);
    if (entity.waiting.length > 0) return this.makeReady(entity);
    entity.busy = false;
    // One without a history takes no memory, and one that failed is found anew.
    if (!entity.loaded || entity.revision < 0) this.forget(entity);
    this.passivation.trim();
  }

  private forget(entity: Entity): void {
    this.entities.remove(entity);
    this.stats.add('entities', -1);
  }
}
