/** What Prometheus reads. Counters on the way of a reading are plain numbers, read when scraped. */
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, type Metric, type Registry } from 'prom-client';
import { addProjectionMetrics, addQueueMetrics, addShardMetrics, createMetrics, type ShardSource } from '#platform';
import { CommandQueue } from '#ports';
import { SHARDS } from '../tokens.js';
import { ClusterFigures } from './cluster-figures.js';
import { RequestFigures } from './request-figures.js';
import { figuresTogether } from './together.js';

const DURATION = 'thingsio_http_request_duration_seconds';

@Injectable()
export class Metrics {
  readonly registry: Registry = createMetrics();
  private readonly figures = new RequestFigures();
  private readonly sockets: Gauge;
  private readonly socketsCutOff: Counter;

  constructor(
    @Inject(CommandQueue) queue: CommandQueue,
    @Inject(ClusterFigures) cluster: ClusterFigures,
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
    this.socketsCutOff = new Counter({
      name: 'thingsio_live_sockets_cut_off_total',
      help: 'Socket.IO connections closed because the browser did not read what waited for it.',
      registers,
    });
    addQueueMetrics(this.registry, queue);
    addProjectionMetrics(this.registry, () => figuresTogether(cluster.projections()));
    addShardMetrics(this.registry, shards);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Counts every request of this server. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onResponse', (request, reply, done) => {
      this.figures.answered(request.method, request.routeOptions.url ?? 'unknown', reply.statusCode, reply.elapsedTime / 1_000);
      done();
    });
  }

  socketsOpen(count: number): void {
    this.sockets.set(count);
  }

  socketCutOff(): void {
    this.socketsCutOff.inc();
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
