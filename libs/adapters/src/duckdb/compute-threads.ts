/** How many threads DuckDB computes with: all of them for questions, one while nothing is done but writing batches. */
import type { DuckDBConnection } from '@duckdb/node-api';

type Connection = Pick<DuckDBConnection, 'run'>;

/** Questions come in bursts, those of a page or a chart, and to change the number of threads takes about as long as a small one. */
const BURST_MS = 1_000;

export class ComputeThreads {
  private threads = 1;
  private asking = 0;
  private askedAt = -Infinity;

  /** DuckDB must have been opened with one thread. */
  constructor(
    private readonly max: number,
    private readonly now = () => performance.now(),
  ) {}

  async ask<C extends Connection, T>(connection: C, question: (connection: C) => Promise<T>): Promise<T> {
    this.asking++;
    try {
      await this.use(this.max, connection);
      return await question(connection);
    } finally {
      this.asking--;
      this.askedAt = this.now();
    }
  }

  /** Called before a batch. With a second thread the same batch takes half as much processor time again, most of it in waiting for each other, and
   *  whoever else wants the processor pays for it. */
  async write(connection: Connection): Promise<void> {
    if (this.asking === 0 && this.now() - this.askedAt > BURST_MS) await this.use(1, connection);
  }

  private async use(threads: number, connection: Connection): Promise<void> {
    if (threads === this.threads) return;
    this.threads = threads;
    await connection.run(`SET GLOBAL threads = ${threads}`);
  }
}
