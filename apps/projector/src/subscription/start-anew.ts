/** Views and series that have seen more than the log holds are of another log. Only where one process works on them can that be told for
 *  certain: in a cluster one may hear of the end of the log later than another. */
import type { EventLog, ViewStore } from '#ports';
import type { SeriesState } from './series-lane.js';
import type { ViewState } from './view-state.js';

interface Logger {
  warn(details: object, message: string): void;
}

export type Check = (views: readonly ViewState[], series: readonly SeriesState[]) => Promise<void>;

/** Views are emptied and begin anew; for the series it throws. */
export function startAnewBeyond(log: Pick<EventLog, 'head'>, views: ViewStore, logger: Logger): Check {
  return async (ofViews, ofSeries) => {
    if (ofViews.length + ofSeries.length === 0) return;
    // As it ends now: a generation that was built since the start has seen what has come since then.
    const head = await log.head();
    for (const { position } of ofSeries) {
      if (position <= head) continue;
      throw new Error(`the series store has seen position ${position}, the log ends at ${head}: one of them is not of this platform`);
    }
    for (const state of ofViews) if (state.position > head) await startAnew(state, { head, views, logger });
  };
}

async function startAnew(state: ViewState, { head, views, logger }: { head: number; views: ViewStore; logger: Logger }): Promise<void> {
  const { projection, generation, part, names, position } = state;
  const reason = `its checkpoint ${position} is behind the end of the log, ${head}`;
  logger.warn({ projection: projection.name, generation, reason }, 'view is built again from the log');
  await views.write(async (tx) => {
    const own = names ? tx.withPlugin(names) : tx;
    for (const table of projection.tables) await own.deleteFrom(table).execute();
    await tx
      .updateTable('checkpoints')
      .set({ position: 0 })
      .where('projection', '=', projection.name)
      .where('generation', '=', generation)
      .where('part', '=', part)
      .execute();
  });
  state.position = 0;
  state.stored = 0;
}
