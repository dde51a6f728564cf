/** Connections to PostgreSQL as Kysely takes them: none is waited for endlessly, none that broke is used again, and none that breaks
 *  while nobody uses it brings the process down. */
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { StoreUnavailableError } from '#ports';
import { asWritten, storable } from '../views/text.js';
import { asPortError, endsConnection } from './errors.js';

export interface PoolConfig {
  url: string;
  poolMax: number;
  /** Refuses to write, in the server. */
  readonly: boolean;
  statementMsMax: number;
  onBroken: (error: unknown) => void;
}

/** A server that takes longer is not there for our purposes. Not shorter: when everything starts at once, there is little time for anyone. */
const CONNECT_MS_MAX = 10_000;
/** Longer than any of our transactions waits between two statements: a process that was frozen must not keep its locks. */
const IDLE_IN_TRANSACTION_MS_MAX = 10_000;
/** As SQLite waits for another writer. */
const LOCK_MS_MAX = 2_000;
/** The server ends a statement by itself before we give the connection up: that is only for a server that is frozen or gone. */
const ANSWER_MS_EXTRA = 2_000;
const IDLE_MS_MAX = 60_000;
const KEEP_ALIVE_AFTER_MS = 10_000;
const END_MS_MAX = 2_000;

export interface ViewPool extends PostgresPool {
  figures(): { connections: number; idle: number; waiting: number };
}

export function createPool(config: PoolConfig): ViewPool {
  const { url, poolMax, readonly, statementMsMax, onBroken } = config;
  const pool = new pg.Pool({
    connectionString: url,
    max: poolMax,
    fallback_application_name: 'thingsio',
    connectionTimeoutMillis: CONNECT_MS_MAX,
    idleTimeoutMillis: IDLE_MS_MAX,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    ...(statementMsMax > 0 && { statement_timeout: statementMsMax, lock_timeout: LOCK_MS_MAX }),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS_MAX,
    ...(readonly && { options: '-c default_transaction_read_only=on' }),
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  });
  const sessions = new Map<pg.PoolClient, Session>();
  pool.on('error', onBroken);
  pool.on('connect', (client) => sessions.set(client, new Session(client, statementMsMax, onBroken)));
  pool.on('remove', (client) => sessions.delete(client));
  return {
    async connect() {
      try {
        const client = await pool.connect();
        return sessions.get(client)!;
      } catch (error) {
        throw asPortError(error);
      }
    },
    async end() {
      // A frozen server never says good-bye: the process must be able to end all the same.
      setTimeout(() => sessions.forEach((session) => session.destroy()), END_MS_MAX).unref();
      await pool.end();
    },
    figures: () => ({ connections: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
  };
}

/** One connection, for as long as it lasts. */
class Session implements PostgresPoolClient {
  private broken: unknown;

  constructor(
    private readonly client: pg.PoolClient,
    private readonly statementMsMax: number,
    onBroken: (error: unknown) => void,
  ) {
    // While it is lent out nobody else listens: without this its loss would be an uncaught exception.
    client.on('error', (error) => {
      if (this.broken === undefined) onBroken(error);
      this.broken ??= error;
    });
  }

  query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: unknown): R;
  query(text: unknown, parameters: readonly unknown[] = []): Promise<PostgresQueryResult<never>> {
    return this.ask(String(text), parameters);
  }

  release(): void {
    this.client.release(this.broken !== undefined);
  }

  destroy(): void {
    const { connection } = this.client as unknown as { connection?: { stream: { destroy(): void } } };
    connection?.stream.destroy();
  }

  private async ask(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<never>> {
    if (this.broken !== undefined) {
      // Kysely rolls back what failed; there is nothing to roll back, and its error would hide the first one.
      if (text === 'rollback') return { command: 'SELECT', rowCount: 0, rows: [] };
      throw new StoreUnavailableError('the connection to PostgreSQL was lost', { cause: this.broken });
    }
    try {
      const query = { text, values: parameters.map(storableValue), ...this.answerLimit() };
      return (await this.client.query(query)) as unknown as PostgresQueryResult<never>;
    } catch (error) {
      if (endsConnection(error)) this.broken ??= error;
      throw asPortError(error);
    }
  }

  private answerLimit(): { query_timeout?: number } {
    return this.statementMsMax > 0 ? { query_timeout: this.statementMsMax + ANSWER_MS_EXTRA } : {};
  }
}

const storableValue = (value: unknown): unknown => (typeof value === 'string' ? storable(value) : value);

const { builtins } = pg.types;
const PARSERS = new Map<number, (text: string) => unknown>([
  [builtins.FLOAT8, Number],
  [builtins.INT8, Number],
  [builtins.NUMERIC, Number],
  [builtins.TEXT, asWritten],
  [builtins.VARCHAR, asWritten],
]);

/** Of this pool only: other users of `pg` in this process have their own. */
function parserOf(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  return (format !== 'binary' && PARSERS.get(oid)) || (pg.types.getTypeParser(oid, format) as (text: string) => unknown);
}
