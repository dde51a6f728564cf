/** What Prometheus reads. Counters on the way of a reading are plain numbers, read when scraped. */
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, type Metric, Registry } from 'prom-client';
import { CommandQueue } from '#ports';
import { Progress } from '../commands/shared/progress.js';
import { SHARDS } from '../tokens.js';
import { addShardMetrics, type ShardSource } from './shard-metrics.js';
import { RequestFigures } from './request-figures.js';

const DURATION = 'thingsio_http_request_duration_seconds';

@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly figures = new RequestFigures();
  private readonly sockets: Gauge;

  constructor(
    @Inject(CommandQueue) private readonly queue: CommandQueue,
    @Inject(Progress) private readonly progress: Progress,
    @Inject(SHARDS) shards: ShardSource,
  ) {
    const registers = [this.registry];
    const { figures } = this;
    new Counter({
      name: 'thingsio_http_requests_total',
      help: 'Requests answered.',
      labelNames: ['method', 'route', 'status'],
      registers,
      collect() {
        this.reset();
        for (const { labels, count } of figures.counts()) this.inc(labels, count);
      },
    });
    // Not a Histogram, which is told value by value.
    this.registry.registerMetric({
      name: DURATION,
      get: () => Promise.resolve(figures.durations(DURATION)),
      reset: () => undefined,
    } as unknown as Metric);
    this.sockets = new Gauge({ name: 'thingsio_live_sockets', help: 'Open Socket.IO connections.', registers });
    const queueNow = this.queue;
    new Gauge({
      name: 'thingsio_queue_commands',
      help: 'Commands waiting or being decided.',
      registers,
      collect() {
        this.set(queueNow.depth().commands);
      },
    });
    new Gauge({
      name: 'thingsio_queue_bytes',
      help: 'Bytes of bodies waiting or being decided.',
      registers,
      collect() {
        this.set(queueNow.depth().bytes);
      },
    });
    this.projectionGauges(registers);
    addShardMetrics(this.registry, shards);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Counts every request of this server. */
  watch(fastify: FastifyInstance): void {
    collectDefaultMetrics({ register: this.registry, prefix: 'thingsio_' });
    fastify.addHook('onResponse', (request, reply, done) => {
      this.figures.answered(request.method, request.routeOptions.url ?? 'unknown', reply.statusCode, reply.elapsedTime / 1_000);
      done();
    });
  }

  socketsOpen(count: number): void {
    this.sockets.set(count);
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  private projectionGauges(registers: Registry[]): void {
    const { progress } = this;
    const gauge = (name: string, help: string, read: 'position' | 'lagEvents' | 'lagSeconds') =>
      new Gauge({
        name,
        help,
        labelNames: ['projection'],
        registers,
        collect() {
          for (const figures of progress.latestFigures()) this.set({ projection: figures.name }, figures[read]);
        },
      });
    gauge('thingsio_projection_position', 'Last position that is visible.', 'position');
    gauge('thingsio_projection_lag_events', 'Events recorded and not yet visible.', 'lagEvents');
    gauge('thingsio_projection_lag_seconds', 'Age of the oldest event not yet visible.', 'lagSeconds');
  }
}
