/** Connections for queries: a bounded number at once, the rest wait their turn, so that neither memory nor writes suffer. */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { ComputeThreads } from './compute-threads.js';
import { storeClosed, tooManyQueries } from '../shared/series-errors.js';

export class QueryPool {
  private readonly idle: DuckDBConnection[];
  private readonly waiting: { start: (connection: DuckDBConnection) => void; refuse: (error: Error) => void }[] = [];
  private closed = false;
  private whenIdle: (() => void) | undefined;

  private constructor(
    private readonly connections: DuckDBConnection[],
    private readonly waitingMax: number,
    private readonly threads: ComputeThreads,
  ) {
    this.idle = [...connections];
  }

  static async open(
    instance: DuckDBInstance,
    limits: { queriesMax: number; waitingMax: number },
    threads: ComputeThreads,
  ): Promise<QueryPool> {
    const connections = await Promise.all(Array.from({ length: limits.queriesMax }, () => instance.connect()));
    return new QueryPool(connections, limits.waitingMax, threads);
  }

  async run<T>(query: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.take();
    try {
      return await this.threads.ask(connection, query);
    } finally {
      this.giveBack(connection);
    }
  }

  /** Refuses what waits, then waits for what runs. */
  async close(): Promise<void> {
    this.closed = true;
    for (const { refuse } of this.waiting.splice(0)) refuse(storeClosed());
    if (this.idle.length < this.connections.length) await new Promise<void>((resolve) => (this.whenIdle = resolve));
    for (const connection of this.connections) connection.closeSync();
  }

  private async take(): Promise<DuckDBConnection> {
    if (this.closed) throw storeClosed();
    const connection = this.idle.pop();
    if (connection) return connection;
    if (this.waiting.length >= this.waitingMax) throw tooManyQueries(this.waitingMax);
    return new Promise((start, refuse) => this.waiting.push({ start, refuse }));
  }

  private giveBack(connection: DuckDBConnection): void {
    const next = this.waiting.shift();
    if (next) return next.start(connection);
    this.idle.push(connection);
    if (this.idle.length === this.connections.length) this.whenIdle?.();
  }
}
