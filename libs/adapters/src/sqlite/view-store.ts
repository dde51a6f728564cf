/** The view store in SQLite: `views.db`, WAL, one writer, any number of readers in other threads or processes. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import {
  CompiledQuery,
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely';
import { StoreUnavailableError, UnreadableStoreError, ViewStore, type ViewDatabase, type ViewTables, type ViewTransaction } from '#ports';
import { migrateViews, VIEW_MIGRATIONS } from '../views/migrations.js';
import { asWritten, storable } from '../views/text.js';

export interface SqliteViewStoreConfig {
  dir: string;
  /** For readers: it cannot write, sees what is committed, and never waits for the writer. */
  readonly?: boolean;
}

/** Opens `<dir>/views.db`, and creates or migrates it where that is needed, also for a reader that comes first. */
export async function openSqliteViewStore({ dir, readonly = false }: SqliteViewStoreConfig): Promise<ViewStore> {
  const file = join(dir, 'views.db');
  if (!readonly) {
    mkdirSync(dir, { recursive: true });
    try {
      const store = new SqliteViewStore(file, false);
      await migrateOrClose(store);
      return store;
    } catch (error) {
      throw isDamage(error) ? damaged(dir, error) : error;
    }
  }
  if (!isCurrent(file)) await (await openSqliteViewStore({ dir })).close();
  return new SqliteViewStore(file, true);
}

class SqliteViewStore extends ViewStore {
  readonly db: ViewDatabase;

  constructor(
    private readonly file: string,
    readonly: boolean,
  ) {
    super();
    this.db = new Kysely<ViewTables>({ dialect: new ViewDialect(new PreparingOnce(openDatabase(file, readonly)), readonly) });
  }

  async write<T>(work: (tx: ViewTransaction) => Promise<T>): Promise<T> {
    try {
      return await this.db.transaction().execute(work);
    } catch (error) {
      throw isPassing(error) ? new StoreUnavailableError(`views.db cannot be written now: ${String(error)}`, { cause: error }) : error;
    }
  }

  /** Over a connection of its own: one that writes can do nothing else meanwhile. */
  override async snapshot<T>(work: (tx: ViewTransaction) => Promise<T>): Promise<T> {
    const reader = new SqliteViewStore(this.file, true);
    try {
      return await reader.db.transaction().execute(work);
    } finally {
      await reader.close();
    }
  }

  close(): Promise<void> {
    return this.db.destroy();
  }
}

const isDamage = (error: unknown): boolean => /^SQLITE_(NOTADB|CORRUPT)|^SQLITE_ERROR$/.test(String((error as { code?: unknown }).code));

const damaged = (dir: string, error: unknown): UnreadableStoreError =>
  new UnreadableStoreError(
    `views.db in ${dir} is damaged (${(error as Error).message}); delete views.db* there and start again: all but the parked commands is built again from the log`,
    { cause: error },
  );

/** How long a write waits for another writer (the parking of a command) before it is told to try again. */
const BUSY_TIMEOUT_MS = 2_000;
const BUSY_RETRY_MS = 2;
/** Pages kept in memory by each connection; the hot rows of tens of thousands of devices. */
const CACHE_KIB = 32 * 1024;
/** The api's queries, and the projector's, of which there are a few of up to 256 rows a table. */
const KEPT_STATEMENTS_MAX = 500;
const KEPT_STATEMENT_LENGTH_MAX = 16_000;

function openDatabase(file: string, readonly: boolean): Database.Database {
  const database = new Database(file, { readonly, fileMustExist: readonly, timeout: BUSY_TIMEOUT_MS });
  if (!readonly) database.pragma('journal_mode = WAL');
  // NORMAL, unlike the log: a crash of the machine may take back the last commits, but each takes its checkpoint with it,
  // so they are projected again from the log. Nothing was promised on the strength of a view.
  database.pragma('synchronous = NORMAL');
  database.pragma(`cache_size = -${CACHE_KIB}`);
  database.pragma('temp_store = MEMORY');
  if (!readonly) database.pragma('busy_timeout = 0');
  return database;
}

/** Waits for another writer without holding up the thread, as SQLite's own waiting would: the api may share it. */
async function onceFree<T>(work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, BUSY_RETRY_MS));
    }
  }
}

async function migrateOrClose(store: SqliteViewStore): Promise<void> {
  try {
    await onceFree(() => migrateViews(store.db));
  } catch (error) {
    await store.close();
    throw error;
  }
}

function isCurrent(file: string): boolean {
  if (!existsSync(file)) return false;
  const database = openDatabase(file, true);
  try {
    const done = database.prepare('select count(*) from kysely_migration').pluck().get();
    return Number(done) >= Object.keys(VIEW_MIGRATIONS).length;
  } catch {
    return false;
  } finally {
    database.close();
  }
}

/** Another writer, a full disk, a failing one: what may be otherwise in a moment. */
const isPassing = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|PROTOCOL|NOMEM)/.test(codeOf(error));
const isBusy = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));
const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Kysely prepares each statement anew, which costs more than running a short one: those are kept. */
class PreparingOnce implements SqliteDatabase {
  private readonly statements = new Map<string, SqliteStatement>();

  constructor(private readonly database: Database.Database) {}

  get inTransaction(): boolean {
    return this.database.inTransaction;
  }

  prepare(text: string): SqliteStatement {
    const known = this.statements.get(text);
    if (known) return known;
    const statement = new TextKeepingStatement(this.database.prepare(text));
    if (text.length <= KEPT_STATEMENT_LENGTH_MAX && this.statements.size < KEPT_STATEMENTS_MAX) this.statements.set(text, statement);
    return statement;
  }

  close(): void {
    this.statements.clear();
    this.database.close();
  }
}

/** SQLite would give back half of a surrogate pair as something else. */
class TextKeepingStatement implements SqliteStatement {
  readonly reader: boolean;

  constructor(private readonly statement: Database.Statement) {
    this.reader = statement.reader;
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.statement.all(parameters.map(storableValue)).map(rowAsWritten);
  }

  run(parameters: readonly unknown[]): Database.RunResult {
    return this.statement.run(parameters.map(storableValue));
  }

  *iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    for (const row of this.statement.iterate(parameters.map(storableValue))) yield rowAsWritten(row);
  }
}

const storableValue = (value: unknown): unknown => (typeof value === 'string' ? storable(value) : value);

/** In place: nobody else has the row. */
function rowAsWritten(row: unknown): unknown {
  const columns = row as Record<string, unknown>;
  for (const name in columns) {
    const value = columns[name];
    if (typeof value === 'string') columns[name] = asWritten(value);
  }
  return columns;
}

class ViewDialect extends SqliteDialect {
  constructor(
    private readonly database: PreparingOnce,
    private readonly readonly: boolean,
  ) {
    super({ database });
  }

  override createDriver(): Driver {
    return this.readonly ? new SqliteDriver({ database: this.database }) : new ImmediateDriver(this.database);
  }

  override createAdapter(): DialectAdapter {
    return new TransactionalDdlAdapter();
  }
}

/** Takes the write lock at the start: a transaction that reads first and writes then would fail, not wait, when
 *  another writer came between. */
class ImmediateDriver extends SqliteDriver {
  constructor(private readonly database: PreparingOnce) {
    super({ database });
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await onceFree(() => connection.executeQuery(CompiledQuery.raw('begin immediate')));
  }

  /** A full or failing disk has rolled back already; rolling back again would hide its error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.database.inTransaction) await super.rollbackTransaction(connection);
  }
}

/** SQLite can roll a schema change back, which Kysely does not assume: a migration that is killed leaves nothing behind. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
