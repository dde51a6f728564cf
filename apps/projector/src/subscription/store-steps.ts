/** Stores what a step has folded together with the checkpoints that it leads to: each event counts once, whoever else projects it. */
import type { ViewTables, ViewTransaction } from '#ports';
import { upsert } from '../projections/rows.js';
import { CheckpointMovedError } from './checkpoint-moved.js';
import type { Folded } from './fold-safely.js';
import type { ViewState } from './view-state.js';

export interface Step extends Folded<unknown> {
  state: ViewState;
}

/** The checkpoints come first: a generation that is being switched holds them, and its tables are waited for last. */
export async function storeSteps(tx: ViewTransaction, planned: readonly Step[]): Promise<void> {
  await mustBeBuilding(tx, planned);
  const steps = await notYetStored(tx, planned);
  if (steps.length === 0) return;
  const rows = steps.map(({ state, position }) => ({
    projection: state.projection.name,
    generation: state.generation,
    part: state.part,
    projection_version: state.projection.version,
    position,
  }));
  await upsert(tx, 'checkpoints', ['projection', 'generation', 'part'], rows);
  for (const { state, changes } of steps) {
    if (changes !== undefined) await state.projection.write(state.names ? tx.withPlugin(state.names) : tx, changes);
  }
}

/** A checkpoint that is already where a step leads to is our own, of a commit whose answer was lost. One that is elsewhere is another
 *  projector's: both together would count everything twice. One that is gone was of a generation that is not live any more. */
async function notYetStored(tx: ViewTransaction, steps: readonly Step[]): Promise<readonly Step[]> {
  const found = new Map((await tx.selectFrom('checkpoints').selectAll().execute()).map((row) => [keyOf(row), row.position]));
  return steps.filter(({ state, position }) => {
    const { projection, generation, part } = state;
    const stored = found.get(keyOf({ projection: projection.name, generation, part }));
    if (stored === position && position !== state.stored) return false;
    if (stored === state.stored) return true;
    const where = `the checkpoint of ${projection.name}, generation ${generation}, part ${part}`;
    throw new CheckpointMovedError(part, stored === undefined ? `${where} is gone` : `${where} is ${stored}, not ${state.stored}`);
  });
}

/** Tables of another generation than the live one bear other names only as long as it is being built. */
async function mustBeBuilding(tx: ViewTransaction, steps: readonly Step[]): Promise<void> {
  const building = steps.filter(({ state }) => state.names !== undefined);
  if (building.length === 0) return;
  const rows = await tx.selectFrom('generations').select(['projection', 'generation']).where('state', '=', 'building').execute();
  for (const { state } of building) {
    const { projection, generation, part } = state;
    if (rows.some((row) => row.projection === projection.name && row.generation === generation)) continue;
    throw new CheckpointMovedError(part, `generation ${generation} of ${projection.name} is not being built any more`);
  }
}

const keyOf = (row: Pick<ViewTables['checkpoints'], 'projection' | 'generation' | 'part'>): string =>
  `${row.projection} ${row.generation} ${row.part}`;
