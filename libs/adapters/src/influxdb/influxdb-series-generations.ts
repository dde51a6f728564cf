/** The generations of the series in InfluxDB: a database each, and in the first a point that names the live one. */
import { SeriesGenerations, SeriesStoreError, StoreUnavailableError, type SeriesStore } from '#ports';
import { FollowingSeriesStore } from '../shared/following-series-store.js';
import { generationInUse, storeClosed } from '../shared/series-errors.js';
import type { InfluxConnection } from './connection.js';
import { Layouts } from './device-layout.js';
import type { Engine } from './engine.js';
import { InfluxDbSeriesStore } from './influxdb-series-store.js';
import { LineWriter } from './line-writer.js';
import { LivePointer } from './live-pointer.js';
import { Turns } from './turns.js';

/** Queries at once from one process: more do not make InfluxDB faster. */
const QUERIES_MAX = 8;
const QUERIES_WAITING_MAX = 1_000;
const HEALTH_MS_MAX = 2_000;

export class InfluxDbSeriesGenerations extends SeriesGenerations {
  readonly store: SeriesStore;
  private readonly queries = new Turns({ atOnceMax: QUERIES_MAX, waitingMax: QUERIES_WAITING_MAX });
  private readonly layouts = new Layouts();
  /** Those that answer queries of whoever asks for the live one. */
  private readonly asked = new Map<number, InfluxDbSeriesStore>();
  /** Those that were opened by projectors. */
  private readonly opened = new Set<InfluxDbSeriesStore>();
  private readonly pointer: LivePointer;
  private closing = false;

  constructor(
    private readonly connection: InfluxConnection,
    private readonly engine: Engine,
  ) {
    super();
    const { database } = connection.target;
    this.pointer = new LivePointer(connection, database, this.writerOf(database));
    this.store = new FollowingSeriesStore(async (ask) => ask(this.storeOf(await this.pointer.live())));
  }

  live(): Promise<number> {
    return this.whileOpen(() => this.pointer.read().then(({ live }) => live));
  }

  list(): Promise<number[]> {
    return this.whileOpen(async () => {
      const { database } = this.connection.target;
      const names = await this.engine.list(database);
      const later = names.flatMap((name) => (name.startsWith(`${database}_g`) ? [Number(name.slice(database.length + 2))] : []));
      const { hasFirst } = await this.pointer.read();
      return [...(hasFirst ? [1] : []), ...later.filter((n) => Number.isInteger(n) && n > 1)].sort((a, b) => a - b);
    });
  }

  open(generation: number): Promise<SeriesStore> {
    return this.whileOpen(async () => {
      if (generation === 1) await this.reviveFirst();
      else await this.engine.create(this.databaseOf(generation));
      const store = this.createStore(generation);
      this.opened.add(store);
      return store;
    });
  }

  setLive(generation: number): Promise<void> {
    return this.whileOpen(async () => {
      if (!(await this.list()).includes(generation))
        throw new SeriesStoreError('request.bad-parameter', `there is no generation ${generation} of the series`);
      await this.pointer.write({ live: generation });
    });
  }

  drop(generation: number): Promise<void> {
    return this.whileOpen(async () => {
      const { live } = await this.pointer.read();
      if (live === generation) throw generationInUse(generation);
      this.asked.delete(generation);
      if (generation !== 1) return this.engine.drop(this.databaseOf(generation));
      await this.pointer.write({ hasFirst: false });
      await this.clearFirst();
    });
  }

  /** Rejects with why the series cannot be asked now. */
  async health(): Promise<void> {
    if (this.closing) throw storeClosed();
    await this.pointer.read(HEALTH_MS_MAX).catch((error: unknown) => {
      throw error instanceof Error ? error : new StoreUnavailableError(String(error));
    });
  }

  figures(): Record<string, number> {
    const devicesKept = [...this.opened].reduce((sum, store) => sum + store.devicesKept, 0);
    return { ...this.connection.figures, queriesUnderWay: this.queries.underWay, queriesWaiting: this.queries.waiting, devicesKept };
  }

  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    await Promise.all([...this.opened, ...this.asked.values()].map((store) => store.close()));
    await this.queries.close();
    this.connection.close();
  }

  private async whileOpen<T>(work: () => Promise<T>): Promise<T> {
    if (this.closing) throw storeClosed();
    return work();
  }

  private storeOf(generation: number): InfluxDbSeriesStore {
    if (this.closing) throw storeClosed();
    let store = this.asked.get(generation);
    if (!store) this.asked.set(generation, (store = this.createStore(generation)));
    return store;
  }

  private createStore(generation: number): InfluxDbSeriesStore {
    const { connection, layouts, queries } = this;
    const database = this.databaseOf(generation);
    return new InfluxDbSeriesStore({ connection, layouts, queries, database, lineWriter: this.writerOf(database) });
  }

  private writerOf(database: string): LineWriter {
    const org = this.connection.target.org ?? '';
    return new LineWriter(this.connection, this.engine.writePath(database), { org, database });
  }

  /** The first has the database that also holds the pointer. */
  private databaseOf(generation: number): string {
    const { database } = this.connection.target;
    return generation === 1 ? database : `${database}_g${generation}`;
  }

  private async reviveFirst(): Promise<void> {
    if ((await this.pointer.read()).hasFirst) return;
    // It may have been dropped half only.
    await this.clearFirst();
    await this.pointer.write({ hasFirst: true });
  }

  private async clearFirst(): Promise<void> {
    const database = this.databaseOf(1);
    const blocks = await this.connection.ask(database, 'SHOW MEASUREMENTS', ['text']);
    const names = blocks.flatMap(({ columns }) => columns[0] as string[]);
    for (const name of names) if (name !== this.pointer.measurement) await this.engine.clear(database, name);
  }
}
