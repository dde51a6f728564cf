/** What Prometheus reads. Counters on the way of a reading are plain numbers, read when scraped. */
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { CommandQueue } from '#ports';
import { Progress } from '../commands/shared/progress.js';

@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly requests: Counter<'method' | 'route' | 'status'>;
  private readonly duration: Histogram<'route'>;
  private readonly sockets: Gauge;

  constructor(
    @Inject(CommandQueue) private readonly queue: CommandQueue,
    @Inject(Progress) private readonly progress: Progress,
  ) {
    const registers = [this.registry];
    this.requests = new Counter({ name: 'thingsio_http_requests_total', help: 'Requests answered.', labelNames: ['method', 'route', 'status'], registers });
    this.duration = new Histogram({ name: 'thingsio_http_request_duration_seconds', help: 'From the first byte in to the last byte out.', labelNames: ['route'], buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10], registers });
    this.sockets = new Gauge({ name: 'thingsio_live_sockets', help: 'Open Socket.IO connections.', registers });
    const queueNow = this.queue;
    new Gauge({ name: 'thingsio_queue_commands', help: 'Commands waiting or being decided.', registers, collect() { this.set(queueNow.depth().commands); } });
    new Gauge({ name: 'thingsio_queue_bytes', help: 'Bytes of bodies waiting or being decided.', registers, collect() { this.set(queueNow.depth().bytes); } });
    this.projectionGauges(registers);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Counts every request of this server. */
  watch(fastify: FastifyInstance): void {
    collectDefaultMetrics({ register: this.registry, prefix: 'thingsio_' });
    fastify.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'unknown';
      this.requests.inc({ method: request.method, route, status: reply.statusCode });
      this.duration.observe({ route }, reply.elapsedTime / 1_000);
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
