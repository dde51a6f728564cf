/** A view store in a temporary folder, and its rows in an order that does not depend on how they came there. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteViewStore } from '#adapters/sqlite';
import type { RecordedEvent } from '#contracts';
import type { ViewStore, ViewTables } from '#ports';
import type { Projection } from '../projections/projection.js';
import { VIEW_PROJECTIONS } from '../projections/registry.js';
import { loadViewStates } from '../subscription/load-states.js';
import { ViewsLane } from '../subscription/views-lane.js';

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

/** A lane over one part of the live generations, where the store says it is. */
export async function openViewsLane(
  views: ViewStore,
  projections: readonly Projection[] = VIEW_PROJECTIONS,
  { part = 0, parts = 1 } = {},
): Promise<ViewsLane> {
  const fail = (error: string): never => {
    throw new Error(error);
  };
  await noteGenerations(views, projections);
  const lane = new ViewsLane({
    name: 'views',
    views,
    parts,
    onFailed: ({ failed }) => fail(failed!.error),
    onMoved: (_, error) => fail(error.message),
  });
  const wanted = projections.map((projection) => ({ projection, generation: 1, part, building: false }));
  lane.add(await loadViewStates(views, wanted));
  return lane;
}

async function noteGenerations(views: ViewStore, projections: readonly Projection[]): Promise<void> {
  const first = { generation: 1, state: 'live' as const, made_at: 0, switched_at: null };
  const rows = projections.map(({ name, version }) => ({ ...first, projection: name, projection_version: version }));
  await views.write((tx) =>
    tx
      .insertInto('generations')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['projection', 'generation']).doNothing())
      .execute(),
  );
}

/** Projects the events in batches that end after these counts of events. */
export async function project(
  views: ViewStore,
  events: readonly RecordedEvent[],
  cuts: readonly number[] = [],
  projections: readonly Projection[] = VIEW_PROJECTIONS,
): Promise<void> {
  const lane = await openViewsLane(views, projections);
  const ends = [...new Set([...cuts, events.length])].filter((end) => end > 0 && end <= events.length).sort((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    await lane.step(events.slice(from, end));
    from = end;
  }
}
