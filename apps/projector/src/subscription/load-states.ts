/** Where the views of a part stand, as the store says: what a lane goes on from. */
import { TableNames } from '#adapters/views';
import type { ViewStore, ViewTransaction } from '#ports';
import type { Projection } from '../projections/projection.js';
import { upsert } from '../projections/rows.js';
import type { ViewState } from './view-state.js';

export interface Wanted {
  projection: Projection;
  generation: number;
  part: number;
  /** Not the one that queries see. */
  building: boolean;
}

/** Leaves out what is not, or not any more, a generation of that kind. A part of which nothing is stored begins at 0, and is noted. */
export async function loadViewStates(views: ViewStore, wanted: readonly Wanted[]): Promise<ViewState[]> {
  if (wanted.length === 0) return [];
  return views.write(async (tx) => {
    const generations = await tx.selectFrom('generations').selectAll().execute();
    const there = wanted.filter(({ projection, generation, building }) =>
      generations.some(
        (row) => row.projection === projection.name && row.generation === generation && row.state === (building ? 'building' : 'live'),
      ),
    );
    const positions = await storedPositions(tx, there);
    return there.map(({ projection, generation, part, building }, n): ViewState => {
      const position = positions[n]!;
      const names = building ? new TableNames(projection.tables, generation) : undefined;
      return { projection, generation, part, position, stored: position, ...(names && { names }) };
    });
  });
}

async function storedPositions(tx: ViewTransaction, wanted: readonly Wanted[]): Promise<number[]> {
  const rows = await tx.selectFrom('checkpoints').selectAll().execute();
  const found = wanted.map(({ projection, generation, part }) =>
    rows.find((row) => row.projection === projection.name && row.generation === generation && row.part === part),
  );
  const missing = wanted.filter((_, n) => !found[n]);
  const first = missing.map(({ projection, generation, part }) => ({
    projection: projection.name,
    generation,
    part,
    projection_version: projection.version,
    position: 0,
  }));
  await upsert(tx, 'checkpoints', ['projection', 'generation', 'part'], first);
  return found.map((row) => row?.position ?? 0);
}
