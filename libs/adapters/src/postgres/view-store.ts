/** The view store in PostgreSQL: the same tables and queries as in SQLite, for any number of processes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, sql } from 'kysely';
import { StoreUnavailableError, ViewStore, type ViewDatabase, type ViewTables, type ViewTransaction } from '#ports';
import { ServerRefusedError, textOf } from '../shared/server-url.js';
import { migrateViews } from '../views/migrations.js';
import { ViewDialect } from './dialect.js';
import { codeOf, isConflict, isPassing } from './errors.js';
import { createPool, type ViewPool } from './pool.js';

export interface PostgresViewStoreConfig {
  /** `postgres://user:password@host:5432/database`. */
  url: string;
  /** Connections of this process at most. */
  poolMax?: number;
  /** For readers: it cannot write. */
  readonly?: boolean;
  /** What a statement may take; past it, it is given up. */
  statementMsMax?: number;
  /** How long to wait for a server that is not there yet; without it, it must be there at once. */
  waitMsMax?: number;
  logger?: Logger;
}

interface Logger {
  info(members: object, message: string): void;
  warn(members: object, message: string): void;
}

export interface PostgresViewStore extends ViewStore {
  /** Rejects with why nothing can be read or written now. */
  health(): Promise<void>;
  figures(): Record<string, number>;
}

const SETTING = 'POSTGRES_URL';
/** A server allows 100 by default: enough for some ten processes. */
const POOL_MAX = 8;
/** Far more than any of our queries takes, and as long as someone waits for a page. */
const STATEMENT_MS_MAX = 10_000;
const HEALTH_MS_MAX = 2_000;

/** Connects, and creates or migrates the tables where that is needed, once however many do it at the same time. Rejects with one line
 *  that says why not. */
export async function openPostgresViewStore(config: PostgresViewStoreConfig): Promise<PostgresViewStore> {
  const { url, waitMsMax = 0 } = config;
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new ServerRefusedError(SETTING, url, 'this is no URL like postgres://user:password@host:5432/database');
  const deadline = performance.now() + waitMsMax;
  for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(2 * delayMs, LAST_RETRY_MS)) {
    try {
      await prepareDatabase(config);
      return new PooledViewStore(config);
    } catch (error) {
      if (!isPassing(causeOf(error)) || performance.now() + delayMs > deadline)
        throw new ServerRefusedError(SETTING, url, whyNot(error), { cause: error });
      await sleep(delayMs);
    }
  }
}

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 5_000;

/** Over a connection of its own: whoever waits for another's migration may wait for as long as that takes. */
async function prepareDatabase({ url }: PostgresViewStoreConfig): Promise<void> {
  const pool = createPool({ url, poolMax: 1, readonly: false, statementMsMax: 0, onBroken: () => undefined });
  const db = new Kysely<ViewTables>({ dialect: new ViewDialect({ pool }) });
  try {
    const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(db);
    if (rows[0]?.server_encoding !== 'UTF8') throw new Error(`the database must be in UTF8, not ${rows[0]?.server_encoding}`);
    await migrateViews(db);
  } finally {
    await db.destroy();
  }
}

class PooledViewStore extends ViewStore implements PostgresViewStore {
  readonly db: ViewDatabase;
  private readonly pool: ViewPool;
  private readonly counts = { writes: 0, conflicts: 0, connectionsLost: 0 };

  constructor({ url, poolMax = POOL_MAX, readonly = false, statementMsMax = STATEMENT_MS_MAX, logger }: PostgresViewStoreConfig) {
    super();
    const onBroken = (error: unknown): void => {
      this.counts.connectionsLost++;
      logger?.warn({ error: textOf(error) }, 'a connection to PostgreSQL was lost; the next query opens another');
    };
    this.pool = createPool({ url, poolMax, readonly, statementMsMax, onBroken });
    this.db = new Kysely<ViewTables>({ dialect: new ViewDialect({ pool: this.pool }) });
  }

  /** Repeatable read: what another has committed since this transaction began can be neither seen nor overwritten. Whoever wrote second
   *  begins anew, so `work` may run more than once. */
  async write<T>(work: (tx: ViewTransaction) => Promise<T>): Promise<T> {
    const deadline = performance.now() + CONFLICT_MS_MAX;
    for (;;) {
      try {
        const result = await this.db.transaction().setIsolationLevel('repeatable read').execute(work);
        this.counts.writes++;
        return result;
      } catch (error) {
        if (!isConflict(causeOf(error)) || performance.now() > deadline) throw error;
        this.counts.conflicts++;
        // By chance, so that two that met do not meet again.
        await sleep(Math.random() * CONFLICT_PAUSE_MS_MAX);
      }
    }
  }

  async health(): Promise<void> {
    const timeout = sleep(HEALTH_MS_MAX, undefined, { ref: false }).then(() => {
      throw new StoreUnavailableError(`PostgreSQL gives no answer within ${HEALTH_MS_MAX} ms`);
    });
    await Promise.race([sql`select 1`.execute(this.db), timeout]);
  }

  figures(): Record<string, number> {
    return { ...this.pool.figures(), ...this.counts };
  }

  close(): Promise<void> {
    return this.db.destroy();
  }
}

/** As long as SQLite waits for another writer. */
const CONFLICT_MS_MAX = 2_000;
const CONFLICT_PAUSE_MS_MAX = 5;

const causeOf = (error: unknown): unknown => (error instanceof StoreUnavailableError ? error.cause : error);

/** For a person who has set the URL. */
function whyNot(error: unknown): string {
  const cause = causeOf(error);
  const text = textOf(cause);
  if (/connection timeout/.test(text)) return 'it gives no answer; is this a PostgreSQL server?';
  if (codeOf(cause) === '' && /terminated unexpectedly|ECONNRESET/.test(text)) return `${text}; is this a PostgreSQL server?`;
  return text;
}
