/** Our way to an InfluxDB server: queries as streams of columns, lines in bounded requests, both through the client's transport. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { InfluxDB, setLogger, type SendOptions } from '@influxdata/influxdb-client';
import { readBlocks, type Block, type ColumnKind } from './blocks.js';
import { asPortError, isPassing, whyOf } from './influx-errors.js';
import type { InfluxTarget } from './influx-url.js';
import { MsgpackReader } from './msgpack-reader.js';

export interface Logger {
  info(members: object, message: string): void;
  warn(members: object, message: string): void;
}

export interface ConnectionFigures {
  queries: number;
  writes: number;
  failures: number;
  retries: number;
  linesWritten: number;
}

/** A write is answered as soon as it is on disk: a server silent for longer is gone or frozen. */
const WRITE_SILENCE_MS_MAX = 10_000;
/** Until the first row of an aggregate over all a device ever sent. */
const QUERY_SILENCE_MS_MAX = 60_000;
/** Of each kind; more requests wait for one. */
const SOCKETS_MAX = 16;
/** Rows of a block: some hundred kilobytes. */
const BLOCK_ROWS = 10_000;

// The client writes to the console what it also rejects with.
setLogger({ error: () => undefined, warn: () => undefined });

export class InfluxConnection {
  readonly figures: ConnectionFigures = { queries: 0, writes: 0, failures: 0, retries: 0, linesWritten: 0 };
  readonly writing: InfluxDB;
  private readonly reading: InfluxDB;
  private readonly agents: HttpAgent[] = [];
  private away = false;

  constructor(
    readonly target: InfluxTarget,
    public logger?: Logger,
  ) {
    this.writing = this.client(WRITE_SILENCE_MS_MAX);
    this.reading = this.client(QUERY_SILENCE_MS_MAX);
  }

  /** Statements of InfluxQL, separated by semicolons, whose columns after the time are all of these kinds. */
  async *query(database: string, statements: string, kinds: readonly ColumnKind[], silenceMsMax?: number): AsyncGenerator<Block, void> {
    this.figures.queries++;
    for (let tries = 1, given = false; ; tries++) {
      try {
        for await (const block of this.blocks(database, statements, kinds, silenceMsMax)) {
          given = true;
          yield block;
        }
        return this.answered();
      } catch (error) {
        // The server may have closed a connection that rested: that is no failure yet.
        const rested = tries === 1 && !given && (error as { code?: unknown }).code === 'ECONNRESET';
        if (!rested) throw this.failed(error);
      }
    }
  }

  /** All blocks of a small answer. */
  async ask(database: string, statements: string, kinds: readonly ColumnKind[], silenceMsMax?: number): Promise<Block[]> {
    const blocks: Block[] = [];
    for await (const block of this.query(database, statements, kinds, silenceMsMax)) blocks.push(block);
    return blocks;
  }

  /** The JSON interface of InfluxDB 2, and `/ping` of both. */
  async request(method: SendOptions['method'], path: string, body?: object): Promise<{ body: unknown; headers: Record<string, unknown> }> {
    const headers: Record<string, unknown> = {};
    try {
      const answer: unknown = await this.writing.transport.request(path, body, { method }, (given) => Object.assign(headers, given));
      this.answered();
      return { body: answer, headers };
    } catch (error) {
      throw this.failed(error);
    }
  }

  answered(): void {
    if (this.away) this.logger?.info({}, 'InfluxDB is back');
    this.away = false;
  }

  /** Counts it, tells of it where it is the first of its kind, and gives it as the port has it. */
  failed(error: unknown): unknown {
    this.figures.failures++;
    if (isPassing(error) && !this.away) {
      this.away = true;
      this.logger?.warn({ error: whyOf(error) }, 'InfluxDB is away; it is tried again');
    }
    return asPortError(error);
  }

  close(): void {
    for (const agent of this.agents) agent.destroy();
  }

  private async *blocks(
    database: string,
    statements: string,
    kinds: readonly ColumnKind[],
    silenceMsMax: number | undefined,
  ): AsyncGenerator<Block, void> {
    const reader = new MsgpackReader();
    const progress = { between: false };
    const reading = readBlocks(reader, kinds, progress);
    const path = `/query?db=${encodeURIComponent(database)}&chunked=true&chunk_size=${BLOCK_ROWS}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/x-msgpack' };
    const body = `q=${encodeURIComponent(statements)}`;
    const signal = silenceMsMax === undefined ? {} : { signal: AbortSignal.timeout(silenceMsMax) };
    for await (const bytes of this.reading.transport.iterate(path, body, { method: 'POST', headers, ...signal })) {
      reader.push(bytes);
      for (let next = reading.next(); !next.done && next.value !== undefined; next = reading.next()) yield next.value;
    }
    if (!progress.between) throw Object.assign(new Error('the answer ended early'), { code: 'ECONNRESET' });
  }

  private client(timeout: number): InfluxDB {
    const { base, authorization } = this.target;
    const Agent = base.startsWith('https:') ? HttpsAgent : HttpAgent;
    const agent = impatient(new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX }));
    this.agents.push(agent);
    return new InfluxDB({ url: base, timeout, transportOptions: { agent }, ...(authorization && { headers: { authorization } }) });
  }
}

/** The client reports a silent connection but keeps it, and waits on where an answer has begun: such a connection is ended here. */
function impatient(agent: HttpAgent): HttpAgent {
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (...args) => {
    const socket = create(...args);
    (socket as Socket | undefined)?.on('timeout', () => socket?.destroy());
    return socket;
  };
  return agent;
}
