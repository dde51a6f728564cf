import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { ProjectionFigures } from '#contracts';
import { addFigures, createMetrics } from './metrics.js';
import { addProjectionMetrics, addQueueMetrics } from './metrics-journey.js';
import { addShardMetrics } from './metrics-shards.js';

const typesIn = (text: string) => Object.fromEntries([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
const values = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('metrics', () => {
  it('begin with what the process itself takes', async () => {
    const text = await createMetrics().metrics();
    expect(text).toContain('thingsio_process_resident_memory_bytes ');
    expect(text).toContain('thingsio_nodejs_eventloop_lag_p99_seconds ');
  });

  it('show the figures of an adapter under names and units as Prometheus has them, fresh at each scrape', async () => {
    const registry = new Registry();
    const figures = { reconnects: 1, inFlight: 3, waitedMs: 1_500, rows_written: 7, pendingAppends: 4, generation: 2 };
    addFigures(registry, 'postgres', 'The view store', () => figures, ['generation']);
    figures.reconnects = 2;
    figures.inFlight = 0;
    const text = await registry.metrics();
    expect(typesIn(text)).toEqual({
      thingsio_postgres_reconnects_total: 'counter',
      thingsio_postgres_in_flight: 'gauge',
      thingsio_postgres_waited_seconds_total: 'counter',
      thingsio_postgres_rows_written_total: 'counter',
      thingsio_postgres_pending_appends: 'gauge',
      thingsio_postgres_generation: 'gauge',
    });
    expect(text).toContain('# HELP thingsio_postgres_rows_written_total The view store: rows written.');
    expect(values(text)).toEqual([
      'thingsio_postgres_reconnects_total 2',
      'thingsio_postgres_in_flight 0',
      'thingsio_postgres_waited_seconds_total 1.5',
      'thingsio_postgres_rows_written_total 7',
      'thingsio_postgres_pending_appends 4',
      'thingsio_postgres_generation 2',
    ]);
    expect(values(await registry.metrics())).toEqual(values(text));
  });

  it('show what an adapter begins to count later, once it does', async () => {
    const registry = createMetrics();
    let figures: Record<string, number> = { connected: 0 };
    addFigures(registry, 'command_queue', 'RabbitMQ', () => figures);
    expect(await registry.metrics()).not.toContain('consumed');
    figures = { connected: 1, consumed: 12 };
    const text = await registry.metrics();
    expect(text).toContain('thingsio_command_queue_consumed_total 12');
    expect(text).toContain('thingsio_command_queue_connected 1');
  });

  it('show the queue, the shards and the projections alike in every app that has them', async () => {
    const registry = new Registry();
    addQueueMetrics(registry, { depth: () => ({ commands: 5, bytes: 70 }) });
    const projection: Omit<ProjectionFigures, 'name' | 'position'> = {
      part: 0,
      generation: 1,
      version: 1,
      lagEvents: 4,
      lagSeconds: 1.5,
      ratePerSecond: 9,
    };
    let projections: ProjectionFigures[] = [
      { ...projection, name: 'ledger', position: 12 },
      { ...projection, name: 'gone', position: 1 },
    ];
    addProjectionMetrics(registry, () => projections);
    addShardMetrics(registry, () => []);
    await registry.metrics();
    projections = projections.slice(0, 1);
    const text = await registry.metrics();
    expect(values(text)).toEqual([
      'thingsio_queue_commands 5',
      'thingsio_queue_bytes 70',
      'thingsio_projection_position{projection="ledger",generation="1",part="0"} 12',
      'thingsio_projection_lag_events{projection="ledger",generation="1",part="0"} 4',
      'thingsio_projection_lag_seconds{projection="ledger",generation="1",part="0"} 1.5',
      'thingsio_projection_events_per_second{projection="ledger",generation="1",part="0"} 9',
      'thingsio_projection_failed{projection="ledger",generation="1",part="0"} 0',
    ]);
    expect(typesIn(text)).toMatchObject({ thingsio_shard_mailbox_commands: 'gauge', thingsio_shard_appends_total: 'counter' });
  });
});
