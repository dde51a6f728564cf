/** Projects the log in a folder with real stores, in small steps, and says so after each: to be killed by a test. */
import { openDuckDbSeries } from '#adapters/duckdb';
import { createLiveBus } from '#adapters/memory';
import { openSqliteEventLog, openSqliteViewStore } from '#adapters/sqlite';
import { PROGRESS_ROOM } from '#ports';
import { startProjector } from '../start-projector.js';

const EVENTS_A_STEP = 7;
const dir = process.argv[2]!;
const log = openSqliteEventLog({ dir });
const readAll = log.readAll.bind(log);
log.readAll = (after, limit, bytesMax) => readAll(after, Math.min(limit, EVENTS_A_STEP), bytesMax);
const live = createLiveBus();
live.setListening(PROGRESS_ROOM, true);
const head = await log.head();
let done = (): void => undefined;
const finished = new Promise<void>((resolve) => (done = resolve));
live.subscribe((messages) => {
  for (const { event, data } of messages) {
    if (event !== 'projector.progressed') continue;
    process.stdout.write(`${String(data.views)} ${String(data.series)}\n`);
    if (data.views === head && data.series === head) done();
  }
});
const quiet = (): void => undefined;
const [views, series] = await Promise.all([openSqliteViewStore({ dir }), openDuckDbSeries({ dir })]);
const projector = await startProjector({ log, views, series, live }, { logger: { info: quiet, warn: quiet, error: quiet }, now: Date.now });
const { views: seen, series: stored } = projector.positions();
if (seen !== head || stored !== head) await finished;
await projector.stop();
await Promise.all([views.close(), series.close(), log.close()]);
process.stdout.write('done\n');
