/** A view store in a temporary folder, and its rows in an order that does not depend on how they came there. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteViewStore } from '#adapters/sqlite';
import type { RecordedEvent } from '#contracts';
import type { ViewStore, ViewTables } from '#ports';
import type { Projection } from '../projections/projection.js';
import { VIEW_PROJECTIONS } from '../projections/registry.js';
import { openViewsLane } from '../subscription/views-lane.js';

export async function temporaryViews(): Promise<{ views: ViewStore; remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'thingsio-projector-'));
  const views = await openSqliteViewStore({ dir });
  return {
    views,
    async remove() {
      await views.close();
      await rm(dir, { recursive: true });
    },
  };
}

const TABLES = [...new Set(VIEW_PROJECTIONS.flatMap(({ tables }) => tables))];

export async function rowsOf<T extends keyof ViewTables>(views: ViewStore, table: T): Promise<ViewTables[T][]> {
  const rows = (await views.db
    .selectFrom(table as keyof ViewTables)
    .selectAll()
    .execute()) as unknown as ViewTables[T][];
  return rows
    .map((row) => ({ row, text: JSON.stringify(row) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ row }) => row);
}

export async function allRows(views: ViewStore): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {};
  for (const table of TABLES) rows[table] = await rowsOf(views, table);
  return rows;
}

/** Empties all, so that the next test need not open a store of its own. */
export async function clear(views: ViewStore): Promise<void> {
  await views.write(async (tx) => {
    for (const table of [...TABLES, 'checkpoints' as const]) await tx.deleteFrom(table).execute();
  });
}

/** Projects the events in batches that end after these counts of events. */
export async function project(
  views: ViewStore,
  events: readonly RecordedEvent[],
  cuts: readonly number[] = [],
  projections: readonly Projection[] = VIEW_PROJECTIONS,
): Promise<void> {
  const head = events.at(-1)?.position ?? 0;
  const fail = ({ failed }: { failed?: { error: string } }): never => {
    throw new Error(failed?.error);
  };
  const lane = await openViewsLane({ views, projections, head, onFailed: fail, onRebuild: () => undefined });
  const ends = [...new Set([...cuts, events.length])].filter((end) => end > 0 && end <= events.length).sort((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    await lane.step(events.slice(from, end));
    from = end;
  }
}
