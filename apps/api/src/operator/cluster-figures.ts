/** What the other processes tell about themselves each second, put together: how far which part of a projection is and who works on it,
 *  what the shards and queues hold. Who has not been heard of for a while is forgotten. */
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { IngestorFiguresMessage, ProjectionFigures, ProjectionFiguresMessage, QueueView, RebuildView, ShardView } from '#contracts';
import { LiveBus, PROGRESS_ROOM } from '#ports';
import { CLOCK, type Clock } from '../tokens.js';

/** Five times as long as the pause between two messages. */
export const FORGOTTEN_AFTER_MS = 5_000;

export interface OwnedFigures extends ProjectionFigures {
  /** The process that tells. */
  owner: string;
}

interface Heard<T> {
  at: number;
  message: T;
}

@Injectable()
export class ClusterFigures implements OnModuleDestroy {
  private readonly projectors = new Map<string, Heard<ProjectionFiguresMessage>>();
  private readonly ingestors = new Map<string, Heard<IngestorFiguresMessage>>();
  private readonly stop: () => void;

  constructor(
    @Inject(LiveBus) private readonly bus: LiveBus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    bus.setListening(PROGRESS_ROOM, true);
    this.stop = bus.subscribe((messages) => {
      for (const { room, event, data } of messages) {
        if (room !== PROGRESS_ROOM) continue;
        if (event === 'projector.figures') this.hear(this.projectors, data as unknown as ProjectionFiguresMessage);
        else if (event === 'ingestor.figures') this.hear(this.ingestors, data as unknown as IngestorFiguresMessage);
      }
    });
  }

  /** One a projection, generation and part. Where two processes tell of one, who told last works on it now. */
  projections(): OwnedFigures[] {
    const newest = new Map<string, OwnedFigures>();
    for (const { message } of this.fresh(this.projectors)) {
      for (const one of message.projections) newest.set(`${one.name} ${one.generation} ${one.part}`, { ...one, owner: message.process });
    }
    return [...newest.values()];
  }

  /** Rebuilds and verifications under way, or just ended, as told last. */
  rebuilds(): Map<string, RebuildView> {
    return new Map(this.fresh(this.projectors).flatMap(({ message }) => message.rebuilds.map((it) => [it.rebuildId, it] as const)));
  }

  shards(): ShardView[] {
    return inOrder(this.fresh(this.ingestors)).flatMap(({ message }) => message.shards);
  }

  queues(): QueueView[] {
    return inOrder(this.fresh(this.ingestors)).map(({ message }) => message.queue);
  }

  onModuleDestroy(): void {
    this.stop();
    this.bus.setListening(PROGRESS_ROOM, false);
  }

  private hear<T extends { process: string }>(heard: Map<string, Heard<T>>, message: T): void {
    heard.set(message.process, { at: this.clock(), message });
  }

  /** Who was heard of lately, the last one last. */
  private fresh<T>(heard: Map<string, Heard<T>>): Heard<T>[] {
    const since = this.clock() - FORGOTTEN_AFTER_MS;
    for (const [process, { at }] of heard) if (at < since) heard.delete(process);
    return [...heard.values()].sort((one, other) => one.at - other.at);
  }
}

const inOrder = <T extends { process: string }>(heard: Heard<T>[]): Heard<T>[] =>
  heard.sort((one, other) => (one.message.process < other.message.process ? -1 : 1));
