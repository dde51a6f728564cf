/** A log, views and series for tests of whole projectors: any number of these work on them, and each can be stopped or killed. */
import { createLiveBus, createMemoryEventLog, MemorySeriesStore, type MemoryEventLog, type MemoryLiveBus } from '#adapters/memory';
import { readGenerations, readRebuilds } from '#adapters/views';
import type { RebuildView } from '#contracts';
import { PROGRESS_ROOM, type EventLog, type SeriesGenerations, type ViewStore } from '#ports';
import { shareParts } from '../ownership/shared-ownership.js';
import { startProjector, type Projector, type ProjectorSettings } from '../start-projector.js';
import { FakeSeriesGenerations } from './fake-series-store.js';
import { temporaryViews } from './views.js';

export interface Place {
  log: MemoryEventLog;
  views: ViewStore;
  series: SeriesGenerations;
  live: MemoryLiveBus;
  said: string[];
  /** One more projector on these stores. */
  start(settings?: Partial<ProjectorSettings>, ports?: Partial<{ log: EventLog; views: ViewStore }>): Promise<Projector>;
  rebuild(projection: string): Promise<RebuildView | undefined>;
  generations(projection: string): Promise<[generation: number, state: string][]>;
  remove(): Promise<void>;
}

/** Fast, so that tests of a change of hands take no seconds. */
export const FAST = { renewMs: 20, ttlMs: 150 };

export async function createPlace(): Promise<Place> {
  const log = createMemoryEventLog();
  const { views, remove } = await temporaryViews();
  const live = createLiveBus();
  live.setListening(PROGRESS_ROOM, true);
  const series = new FakeSeriesGenerations(new MemorySeriesStore(), () => new MemorySeriesStore());
  const said: string[] = [];
  const running: Projector[] = [];
  const say = (details: object, message: string): void => void said.push(`${message} ${JSON.stringify(details)}`);
  return {
    log,
    views,
    series,
    live,
    said,
    async start(settings = {}, ports = {}) {
      const logger = { info: () => undefined, warn: say, error: say };
      const projector = await startProjector({ log, views, series, live, ...ports }, { logger, now: Date.now, ...settings });
      running.push(projector);
      return projector;
    },
    rebuild: async (projection) => (await readRebuilds(views.db, { projection }))[0],
    generations: async (projection) =>
      ((await readGenerations(views.db)).get(projection) ?? []).map(({ generation, state }) => [generation, state]),
    async remove() {
      await Promise.all(running.map((projector) => projector.stop()));
      await log.close();
      await remove();
    },
  };
}

/** Settings of one of several projectors. */
export function sharing(views: ViewStore, member: string, parts: number): Partial<ProjectorSettings> {
  const ownership = shareParts({ views, member, now: Date.now, warn: () => undefined, ...FAST });
  return { parts, shared: true, process: member, ownership };
}

/** A log that gives a few events at a time, and those at its beginning only when it is let: so that a rebuild can be met half-way. */
export function steppingLog(log: MemoryEventLog, eventsAtOnce: number): { log: EventLog; hold(below: number): void; let(): void } {
  let below = 0;
  let let_ = (): void => undefined;
  let gate = Promise.resolve();
  const stepping = new Proxy(log, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      // A scan reads by `readAll`: this one.
      if (name === 'scan') return member;
      if (name !== 'readAll') return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      return async (after: number, limit: number, bytesMax?: number) => {
        if (after < below && limit > 1) await gate;
        return target.readAll(after, limit > 1 ? Math.min(limit, eventsAtOnce) : limit, bytesMax);
      };
    },
  });
  return {
    log: stepping,
    hold(position) {
      below = position;
      gate = new Promise((resolve) => (let_ = resolve));
    },
    let() {
      below = 0;
      let_();
    },
  };
}

/** Waits for what is to come, turn by turn of the event loop. */
export async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setImmediate(resolve));
}
