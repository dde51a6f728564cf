/** What every app tells of the journey alike: what waits in the queue, and how far the projections are. */
import { Gauge, type Registry } from 'prom-client';
import type { ProjectionFigures } from '#contracts';
import type { CommandQueue } from '#ports';

export function addQueueMetrics(registry: Registry, queue: Pick<CommandQueue, 'depth'>): void {
  const registers = [registry];
  new Gauge({
    name: 'thingsio_queue_commands',
    help: 'Commands waiting or being decided, as this process sees them.',
    registers,
    collect() {
      this.set(queue.depth().commands);
    },
  });
  new Gauge({
    name: 'thingsio_queue_bytes',
    help: 'Bytes of bodies waiting or being decided, as this process sees them.',
    registers,
    collect() {
      this.set(queue.depth().bytes);
    },
  });
}

const PROJECTION_GAUGES: [name: string, read: (figures: ProjectionFigures) => number, help: string][] = [
  ['position', ({ position }) => position, 'Last position that is visible.'],
  ['lag_events', ({ lagEvents }) => lagEvents, 'Events recorded and not yet visible.'],
  ['lag_seconds', ({ lagSeconds }) => lagSeconds, 'Age of the oldest event not yet visible.'],
  ['events_per_second', ({ ratePerSecond }) => ratePerSecond, 'Events projected a second, over the last seconds.'],
  ['failed', ({ failed }) => Number(failed !== undefined), '1 while it stands still and needs a corrected program.'],
];

/** `read` gives the newest figures that are known; a part of a projection that is no longer among them is no longer shown. */
export function addProjectionMetrics(registry: Registry, read: () => readonly ProjectionFigures[]): void {
  for (const [name, valueOf, help] of PROJECTION_GAUGES) {
    new Gauge({
      name: `thingsio_projection_${name}`,
      help,
      labelNames: ['projection', 'generation', 'part'],
      registers: [registry],
      collect() {
        this.reset();
        for (const figures of read()) {
          const { name: projection, generation, part } = figures;
          this.set({ projection, generation, part }, valueOf(figures));
        }
      },
    });
  }
}
