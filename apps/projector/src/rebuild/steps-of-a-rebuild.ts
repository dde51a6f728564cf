/** What becomes of a rebuild, row by row: each step is taken only from the state that it belongs to, in one transaction, so that two projectors
 *  that both see to it do no harm. */
import type { VerificationOutcome } from '#contracts';
import { createGenerationTables, dropGenerationTables, exchangeTables } from '#adapters/views';
import type { ViewStore, ViewTables, ViewTransaction } from '#ports';
import { upsert } from '../projections/rows.js';
import type { GenerationRow, RebuildRow } from './known.js';

/** What is rebuilt; the series have no tables. */
export interface Rebuildable {
  name: string;
  version: number;
  tables: readonly (keyof ViewTables)[];
}

/** `requested` → `running`: an empty generation. */
export function begin(
  views: ViewStore,
  row: RebuildRow,
  { name, version, tables }: Rebuildable,
  { parts, now }: { parts: number; now: number },
): Promise<void> {
  return views.write(async (tx) => {
    if (!(await moved(tx, row, ['requested'], { state: 'running', started_at: now }))) return;
    const { generation } = row;
    await createGenerationTables(tx, tables, generation);
    await tx
      .insertInto('generations')
      .values({ projection: name, generation, state: 'building', projection_version: version, made_at: now, switched_at: null })
      .execute();
    const checkpoints = Array.from({ length: parts }, (_, part) => ({
      projection: name,
      generation,
      part,
      projection_version: version,
      position: 0,
    }));
    await upsert(tx, 'checkpoints', ['projection', 'generation', 'part'], checkpoints);
  });
}

export async function setState(views: ViewStore, row: RebuildRow, from: RebuildRow['state'], state: RebuildRow['state']): Promise<void> {
  await views.write((tx) => moved(tx, row, [from], { state }));
}

/** Whatever its state: it ends, and what it built is dropped by and by. */
export function end(
  views: ViewStore,
  row: RebuildRow,
  how: { state: 'cancelled' | 'failed' | 'completed'; now: number; error?: string; outcome?: VerificationOutcome },
): Promise<boolean> {
  const { state, now, error = null, outcome } = how;
  return views.write(async (tx) => {
    const set = { state, finished_at: now, error, outcome: outcome ? JSON.stringify(outcome) : null, events_per_second: 0 };
    if (!(await moved(tx, row, ['requested', 'running', 'paused', 'switching'], set))) return false;
    await tx
      .updateTable('generations')
      .set({ state: 'dropping' })
      .where('projection', '=', row.projection)
      .where('generation', '=', row.generation)
      .where('state', '=', 'building')
      .execute();
    return true;
  });
}

/** `running` → `completed`, where the new generation has everything that the live one has, in every part: the tables change places. False where
 *  it has not, yet. */
export function switchViews(
  views: ViewStore,
  row: RebuildRow,
  { tables }: Rebuildable,
  { parts, now }: { parts: number; now: number },
): Promise<boolean> {
  return views.write(async (tx) => {
    const { projection, generation } = row;
    // Nobody moves them until this is over.
    await tx
      .updateTable('checkpoints')
      .set(({ ref }) => ({ position: ref('position') }))
      .where('projection', '=', projection)
      .execute();
    const live = await tx
      .selectFrom('generations')
      .select('generation')
      .where('projection', '=', projection)
      .where('state', '=', 'live')
      .executeTakeFirstOrThrow();
    if (!(await hasCaughtUp(tx, projection, { from: live.generation, to: generation, parts }))) return false;
    if (!(await moved(tx, row, ['running'], { state: 'completed', finished_at: now, events_per_second: 0 }))) return false;
    await becomeLive(tx, { projection, from: live.generation, to: generation, now });
    await exchangeTables(tx, tables, live.generation, generation);
    return true;
  });
}

/** `switching` → `completed`: the store of the series has the new one live already. */
export function noteSwitch(views: ViewStore, row: RebuildRow, now: number): Promise<boolean> {
  return views.write(async (tx) => {
    const { projection, generation: to } = row;
    const live = await tx
      .selectFrom('generations')
      .select('generation')
      .where('projection', '=', projection)
      .where('state', '=', 'live')
      .executeTakeFirstOrThrow();
    if (!(await moved(tx, row, ['switching'], { state: 'completed', finished_at: now, events_per_second: 0 }))) return false;
    await becomeLive(tx, { projection, from: live.generation, to, now });
    return true;
  });
}

/** An old generation, or one that was given up. */
export function forgetGeneration(views: ViewStore, { projection, generation }: GenerationRow, tables: readonly string[]): Promise<void> {
  return views.write(async (tx) => {
    const gone = await tx
      .deleteFrom('generations')
      .where('projection', '=', projection)
      .where('generation', '=', generation)
      .where('state', '=', 'dropping')
      .executeTakeFirst();
    if (gone.numDeletedRows === 0n) return;
    await tx.deleteFrom('checkpoints').where('projection', '=', projection).where('generation', '=', generation).execute();
    await dropGenerationTables(tx, tables, generation);
  });
}

async function moved(
  tx: ViewTransaction,
  { rebuild_id }: RebuildRow,
  from: readonly RebuildRow['state'][],
  set: Partial<ViewTables['rebuilds']>,
): Promise<boolean> {
  const result = await tx
    .updateTable('rebuilds')
    .set(set)
    .where('rebuild_id', '=', rebuild_id)
    .where('state', 'in', from)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

interface Change {
  from: number;
  to: number;
}

async function hasCaughtUp(tx: ViewTransaction, projection: string, { from, to, parts }: Change & { parts: number }): Promise<boolean> {
  const rows = await tx.selectFrom('checkpoints').selectAll().where('projection', '=', projection).execute();
  const at = (generation: number, part: number): number | undefined =>
    rows.find((row) => row.generation === generation && row.part === part)?.position;
  return Array.from({ length: parts }, (_, part) => part).every((part) => (at(to, part) ?? -1) >= (at(from, part) ?? 0));
}

/** Its checkpoints go with a generation that is not live any more: whoever still believes in it finds them gone, and looks again. */
async function becomeLive(tx: ViewTransaction, { projection, from, to, now }: Change & { projection: string; now: number }): Promise<void> {
  const ofProjection = tx.updateTable('generations').where('projection', '=', projection);
  await ofProjection.set({ state: 'old' }).where('generation', '=', from).execute();
  await ofProjection.set({ state: 'live', switched_at: now }).where('generation', '=', to).execute();
  await tx.deleteFrom('checkpoints').where('projection', '=', projection).where('generation', '=', from).execute();
}
