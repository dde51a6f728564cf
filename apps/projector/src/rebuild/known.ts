/** What the view store says of generations and of what operators asked for. */
import { ENDED } from '#adapters/views';
import type { SeriesGenerations, ViewDatabase, ViewStore, ViewTables, ViewTransaction } from '#ports';

export type GenerationRow = ViewTables['generations'];
export type RebuildRow = ViewTables['rebuilds'];

export interface Known {
  generations: readonly GenerationRow[];
  /** That have not ended. */
  rebuilds: readonly RebuildRow[];
}

export interface Versioned {
  name: string;
  version: number;
}

export const SERIES = 'series';

export async function readKnown(db: ViewDatabase): Promise<Known> {
  const generations = await db.selectFrom('generations').selectAll().execute();
  const rebuilds = await db.selectFrom('rebuilds').selectAll().where('state', 'not in', ENDED).execute();
  return { generations, rebuilds };
}

export const liveOf = ({ generations }: Known, name: string): GenerationRow | undefined =>
  generations.find(({ projection, state }) => projection === name && state === 'live');

/** The rebuild that is at work on this generation now. */
export const rebuildOf = (
  { rebuilds }: Known,
  { projection, generation }: Pick<GenerationRow, 'projection' | 'generation'>,
): RebuildRow | undefined => rebuilds.find((row) => row.projection === projection && row.generation === generation);

/** Notes the first generation of each projection that has none, and for the series the one that its store says is live. */
export async function ensureGenerations(
  { views, series }: { views: ViewStore; series: SeriesGenerations },
  projections: readonly Versioned[],
  now: number,
): Promise<void> {
  const liveSeries = await series.live();
  const known = await readKnown(views.db);
  const complete = projections.every(({ name }) => liveOf(known, name));
  if (complete && isAgreed(known, liveSeries)) return;
  await views.write(async (tx) => {
    const found = await tx.selectFrom('generations').selectAll().execute();
    for (const { name, version } of projections) {
      if (found.some(({ projection, state }) => projection === name && state === 'live')) continue;
      const stored = await tx.selectFrom('checkpoints').selectAll().where('projection', '=', name).orderBy('generation').executeTakeFirst();
      const generation = name === SERIES ? liveSeries : (stored?.generation ?? 1);
      await tx
        .insertInto('generations')
        .values({
          projection: name,
          generation,
          state: 'live',
          projection_version: stored?.projection_version ?? version,
          made_at: now,
          switched_at: null,
        })
        .onConflict((conflict) => conflict.columns(['projection', 'generation']).doUpdateSet({ state: 'live' }))
        .execute();
    }
    const series = projections.find(({ name }) => name === SERIES);
    if (series && !isAgreed(known, liveSeries)) await agree(tx, liveSeries, series.version, now);
  });
}

/** A switch that was interrupted is completed by those who see to rebuilds; otherwise what the store says holds. */
function isAgreed(known: Known, liveSeries: number): boolean {
  const row = liveOf(known, SERIES);
  return (
    !row ||
    row.generation === liveSeries ||
    known.rebuilds.some(({ projection, generation }) => projection === SERIES && generation === liveSeries)
  );
}

async function agree(tx: ViewTransaction, liveSeries: number, version: number, now: number): Promise<void> {
  await tx.updateTable('generations').set({ state: 'old' }).where('projection', '=', SERIES).where('state', '=', 'live').execute();
  await tx
    .insertInto('generations')
    .values({ projection: SERIES, generation: liveSeries, state: 'live', projection_version: version, made_at: now, switched_at: null })
    .onConflict((conflict) => conflict.columns(['projection', 'generation']).doUpdateSet({ state: 'live' }))
    .execute();
}
