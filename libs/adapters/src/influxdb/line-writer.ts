/** Sends lines by the client's `WriteApi`: a bounded number in a request, each request again until it is accepted or refused. */
import { setTimeout as rest } from 'node:timers/promises';
import { HttpError, type WriteApi } from '@influxdata/influxdb-client';
import type { InfluxConnection } from './connection.js';
import { InfluxRefusalError, isPassing, whyOf } from './influx-errors.js';

/** Lines of a request: what InfluxDB advises is 5,000 to 10,000. */
export const LINES_MAX = 5_000;
/** Characters of a request after which no line is added; InfluxDB takes 25 MB by default. */
export const CHARACTERS_MAX = 2_000_000;

/** Tries of a request before the projector is told; it tries again by itself. */
const TRIES_MAX = 4;
const FIRST_DELAY_MS = 200;

export class LineWriter {
  private readonly api: WriteApi;

  constructor(
    private readonly connection: InfluxConnection,
    path: string | undefined,
    { org, database }: { org: string; database: string },
  ) {
    this.api = connection.writing.getWriteApi(org, database, 'ns', {
      // Whatever the buffer of the API would send by itself, or try again later, or give up, would fail unseen: only `flush` sends.
      batchSize: 2,
      maxBatchBytes: Infinity,
      flushInterval: 0,
      maxRetries: 0,
      gzipThreshold: Infinity,
      writeFailed: (error) => Promise.reject(error),
    });
    if (path !== undefined) this.api.path = path;
  }

  /** Resolves once InfluxDB has all of them on disk. `lines` end in no line feed. */
  async send(lines: string[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      this.connection.figures.writes++;
      try {
        this.api.writeRecord(lines.length === 1 ? lines[0]! : lines.join('\n'));
        await this.api.flush();
        this.connection.figures.linesWritten += lines.length;
        return this.connection.answered();
      } catch (error) {
        if (isTooLarge(error) && lines.length > 1) return this.sendHalves(lines);
        const failed = this.connection.failed(error);
        if (!isPassing(error)) throw refused(error);
        if (tries >= TRIES_MAX) throw failed;
      }
      this.connection.figures.retries++;
      const delayMs = FIRST_DELAY_MS * 2 ** (tries - 1);
      await rest(delayMs / 2 + Math.random() * (delayMs / 2));
    }
  }

  private async sendHalves(lines: string[]): Promise<void> {
    const middle = lines.length >> 1;
    await this.send(lines.slice(0, middle));
    await this.send(lines.slice(middle));
  }
}

/** Larger than this server takes at once. */
function isTooLarge(error: unknown): boolean {
  return error instanceof HttpError && error.statusCode === 413;
}

/** It may have taken the other points of the request, which does no harm: they are sent again, too. */
function refused(error: unknown): Error {
  return new InfluxRefusalError(`InfluxDB refused points: ${whyOf(error)}`, { cause: error });
}
