/** What differs between versions of InfluxDB: how databases are made, listed and dropped, and where lines go. */
import type { InfluxConnection } from './connection.js';

export interface Engine {
  /** `1.6.7`. */
  version: string;
  /** Where lines go; undefined for the client's own way. */
  writePath(database: string): string | undefined;
  /** Makes it where it is missing; rejects where it is there, but would not keep readings for ever. */
  create(database: string): Promise<void>;
  drop(database: string): Promise<void>;
  /** Those whose names begin so. */
  list(prefix: string): Promise<string[]>;
  /** Deletes all points of a measurement. */
  clear(database: string, measurement: string): Promise<void>;
}

export class Engine1 implements Engine {
  constructor(
    private readonly connection: InfluxConnection,
    readonly version: string,
  ) {}

  writePath(database: string): string {
    return `/write?db=${encodeURIComponent(database)}&precision=ns`;
  }

  async create(database: string): Promise<void> {
    const names = await this.list(database);
    if (!names.includes(database)) return this.run(`CREATE DATABASE "${database}" WITH DURATION INF SHARD DURATION ${SHARD_DURATION}`);
    const policies = await this.connection.ask(database, `SHOW RETENTION POLICIES ON "${database}"`, [
      'text',
      'text',
      'text',
      'number',
      'number',
    ]);
    for (const { columns } of policies) {
      const [durations, isDefault] = [columns[1] as (string | null)[], columns[4] as Float64Array];
      const kept = durations.find((_, i) => isDefault[i] === 1);
      if (kept !== '0s')
        throw new Error(`the database ${database} keeps readings for ${kept} only: its default retention policy must keep them for ever`);
    }
  }

  drop(database: string): Promise<void> {
    return this.run(`DROP DATABASE "${database}"`);
  }

  async list(prefix: string): Promise<string[]> {
    const blocks = await this.connection.ask('', 'SHOW DATABASES', ['text']);
    return blocks.flatMap(({ columns }) => columns[0] as string[]).filter((name) => name.startsWith(prefix));
  }

  async clear(database: string, measurement: string): Promise<void> {
    await this.connection.ask(database, `DROP MEASUREMENT "${measurement}"`, []);
  }

  private async run(statement: string): Promise<void> {
    await this.connection.ask('', statement, []);
  }
}

/** History of years comes in, too: with a week, as is the default, each year were 52 shards with files and caches of their own. */
const SHARD_DURATION = '4w';

export class Engine2 implements Engine {
  constructor(
    private readonly connection: InfluxConnection,
    readonly version: string,
    private readonly orgId: string,
  ) {}

  /** The id of the organisation, without which nothing is made. */
  static async open(connection: InfluxConnection, version: string, org: string): Promise<Engine2> {
    const { body } = await connection.request('GET', `/api/v2/orgs?org=${encodeURIComponent(org)}`);
    const id = (body as { orgs?: { id: string }[] }).orgs?.[0]?.id;
    if (id === undefined) throw new Error(`there is no organisation ${org}, or the token may not see it`);
    return new Engine2(connection, version, id);
  }

  writePath(): undefined {
    return undefined;
  }

  async create(database: string): Promise<void> {
    const found = await this.bucket(database);
    const kept = found?.retentionRules?.find(({ everySeconds }) => everySeconds > 0)?.everySeconds;
    if (kept !== undefined) throw new Error(`the bucket ${database} keeps readings for ${kept} s only: it must keep them for ever`);
    const bucket = found ?? (await this.makeBucket(database));
    // InfluxQL finds a bucket by its mapping to a database.
    const { body } = await this.connection.request('GET', `/api/v2/dbrps?orgID=${this.orgId}&bucketID=${bucket.id}&db=${database}`);
    if ((body as { content?: unknown[] }).content?.length) return;
    const mapping = { orgID: this.orgId, bucketID: bucket.id, database, retention_policy: 'autogen', default: true };
    await this.connection.request('POST', '/api/v2/dbrps', mapping);
  }

  async drop(database: string): Promise<void> {
    const bucket = await this.bucket(database);
    if (bucket) await this.connection.request('DELETE', `/api/v2/buckets/${bucket.id}`);
  }

  async list(prefix: string): Promise<string[]> {
    const names: string[] = [];
    for (let after = ''; ;) {
      const { body } = await this.connection.request('GET', `/api/v2/buckets?orgID=${this.orgId}&limit=${BUCKETS_A_PAGE}${after}`);
      const buckets = (body as { buckets: Bucket[] }).buckets;
      names.push(...buckets.map(({ name }) => name));
      if (buckets.length < BUCKETS_A_PAGE) return names.filter((name) => name.startsWith(prefix));
      after = `&after=${buckets.at(-1)!.id}`;
    }
  }

  async clear(database: string, measurement: string): Promise<void> {
    const everything = { start: '1677-09-22T00:00:00Z', stop: '2262-04-11T00:00:00Z', predicate: `_measurement="${measurement}"` };
    await this.connection.request('POST', `/api/v2/delete?orgID=${this.orgId}&bucket=${encodeURIComponent(database)}`, everything);
  }

  private async bucket(name: string): Promise<Bucket | undefined> {
    const { body } = await this.connection.request('GET', `/api/v2/buckets?orgID=${this.orgId}&name=${encodeURIComponent(name)}`);
    return (body as { buckets?: Bucket[] } | undefined)?.buckets?.[0];
  }

  private async makeBucket(name: string): Promise<Bucket> {
    const { body } = await this.connection.request('POST', '/api/v2/buckets', { orgID: this.orgId, name, retentionRules: [] });
    return body as Bucket;
  }
}

interface Bucket {
  id: string;
  name: string;
  retentionRules?: { everySeconds: number }[];
}

const BUCKETS_A_PAGE = 100;
