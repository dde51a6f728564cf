/** What the shards count, one line a shard thread. They count in shared memory: a scrape costs them nothing. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ShardStatsView } from '#actors';

/** What the shards count, one line a shard thread. They count in shared memory: a scrape costs them nothing. */
export type ShardSource = () => ShardStatsView[];

const GAUGES: [name: string, read: (shard: ShardStatsView) => number, help: string][] = [
  ['entities', ({ entities }) => entities, 'Entities in memory.'],
  ['mailbox_commands', ({ mailboxDepth }) => mailboxDepth, 'Commands in the mailboxes of its entities.'],
  ['loading', ({ loading }) => loading, 'Entities being read from the log.'],
  ['up', ({ up }) => Number(up), '1 while the thread runs.'],
];

const COUNTERS: [name: string, read: (shard: ShardStatsView) => number, help: string][] = [
  ['restarts', ({ restarts }) => restarts, 'Times the thread was started again after it died.'],
  ['commands', ({ commands }) => commands, 'Commands decided.'],
  ['appends', ({ appends }) => appends, 'Appends to the log.'],
  ['events', ({ events }) => events, 'Events appended.'],
  ['loads', ({ loads }) => loads, 'Entities read from the log.'],
  ['passivations', ({ passivations }) => passivations, 'Entities let go of: idle, or over the budget.'],
  ['snapshots', ({ snapshots }) => snapshots, 'Snapshots written.'],
  ['snapshot_failures', ({ snapshotFailures }) => snapshotFailures, 'Snapshots that could not be written: waking takes longer.'],
  ['conflicts', ({ conflicts }) => conflicts, 'Appends that met another writer; one process alone should see none.'],
  ['unknown_outcomes', ({ unknownOutcomes }) => unknownOutcomes, 'Appends whose answer was lost, looked up in the log.'],
  ['mailbox_refusals', ({ refusedMailbox }) => refusedMailbox, 'Commands refused because the mailbox of their entity was full.'],
  ['defects', ({ defects }) => defects, 'Commands whose code threw.'],
  ['parked', ({ parked }) => parked, 'Commands given up and kept for an operator.'],
];

export function addShardMetrics(registry: Registry, shards: ShardSource): void {
  const common = { labelNames: ['shard'], registers: [registry] };
  for (const [name, read, help] of GAUGES) {
    new Gauge({
      name: `thingsio_shard_${name}`,
      help,
      ...common,
      collect() {
        for (const shard of shards()) this.set({ shard: shard.shard }, read(shard));
      },
    });
  }
  for (const [name, read, help] of COUNTERS) {
    new Counter({
      name: `thingsio_shard_${name}_total`,
      help,
      ...common,
      collect() {
        this.reset();
        for (const shard of shards()) this.inc({ shard: shard.shard }, read(shard));
      },
    });
  }
}
