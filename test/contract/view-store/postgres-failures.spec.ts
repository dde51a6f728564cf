import { once } from 'node:events';
import { createServer } from 'node:net';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPostgresViewStore, type PostgresViewStore } from '#adapters/postgres';
import { StoreUnavailableError, type ViewStore, type ViewTransaction } from '#ports';
import { postgresIsHere, startPostgres, type PostgresServer } from '../../support/servers/postgres.js';

const account = (account_id: string) => ({ account_id, email: `${account_id}@x`, password_hash: 'x', opened_at: 1 });
const add = (tx: ViewTransaction, id: string): Promise<unknown> => tx.insertInto('accounts').values(account(id)).execute();
const ids = async (store: ViewStore): Promise<string[]> =>
  (await store.db.selectFrom('accounts').select('account_id').orderBy('account_id').execute()).map(({ account_id }) => account_id);

describe.skipIf(!postgresIsHere)('the view store in PostgreSQL', () => {
  let server: PostgresServer;
  let url: string;
  let sut: PostgresViewStore;
  const said: string[] = [];
  const say = (_: object, text: string): void => void said.push(text);
  const open = (more = {}): Promise<PostgresViewStore> => openPostgresViewStore({ url, logger: { info: say, warn: say }, ...more });

  beforeAll(async () => (server = await startPostgres({ fsync: true, settings: ['deadlock_timeout=50ms', 'max_connections=30'] })));
  afterAll(() => server.stop());
  beforeEach(async () => {
    url = await server.freshDatabase();
    sut = await open();
  });
  afterEach(() => sut.close());

  const refused = (promise: Promise<unknown>): Promise<void> => expect(promise).rejects.toThrow(StoreUnavailableError);
  const untilItWorks = async (): Promise<void> => {
    while (
      !(await sut.health().then(
        () => true,
        () => false,
      ))
    );
  };

  describe('when the server goes away', () => {
    it('says that it cannot be used, and works again when the server is back', async () => {
      await sut.write((tx) => add(tx, 'before'));
      await server.kill();
      await refused(sut.write((tx) => add(tx, 'meanwhile')));
      await refused(ids(sut));
      await refused(sut.health());
      await server.restart();
      await untilItWorks();
      await sut.write((tx) => add(tx, 'after'));
      expect(await ids(sut)).toEqual(['after', 'before']);
      expect(sut.figures().connectionsLost).toBeGreaterThan(0);
      expect(said.at(-1)).toContain('was lost');
    });

    it('has written nothing of a transaction that was under way', async () => {
      const write = sut.write(async (tx) => {
        await add(tx, 'one');
        await server.kill();
        await add(tx, 'two');
      });
      await refused(write);
      await server.restart();
      await untilItWorks();
      expect(await ids(sut)).toEqual([]);
    });

    it('says so of a transaction that the server has ended, whenever that is noticed', async () => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(sut.db);
      expect(rows[0]!.pid).toBeGreaterThan(0);
      const write = sut.write(async (tx) => {
        const own = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
        await add(tx, 'one');
        const other = await open();
        await sql`select pg_terminate_backend(${own.rows[0]!.pid}, 5000)`.execute(other.db);
        await other.close();
      });
      await refused(write);
      expect(await ids(sut)).toEqual([]);
    });

    it('begins an orderly stop and a start without more than a moment of trouble', async () => {
      await server.restart();
      await untilItWorks();
      await sut.write((tx) => add(tx, 'a'));
      expect(await ids(sut)).toEqual(['a']);
    });
  });

  describe('when the server is frozen', () => {
    it('gives up what takes too long, and works again when the server goes on', async () => {
      const impatient = await open({ statementMsMax: 200 });
      await ids(impatient);
      await server.pause();
      const before = performance.now();
      await Promise.all([
        refused(ids(impatient)),
        refused(impatient.write((tx) => add(tx, 'x'))),
        refused(impatient.health()),
        refused(ids(impatient)),
      ]);
      expect(performance.now() - before).toBeLessThan(14_000);
      await server.resume();
      expect(await ids(impatient)).toEqual([]);
      await impatient.close();
    });

    it('can be closed', async () => {
      const other = await open();
      await ids(other);
      await server.pause();
      const before = performance.now();
      await other.close();
      expect(performance.now() - before).toBeLessThan(4_000);
      await server.resume();
    });
  });

  describe('when others write, too', () => {
    it('gets over a deadlock by beginning one of both anew', async () => {
      await sut.write(async (tx) => void (await Promise.all([await add(tx, 'a'), await add(tx, 'b')])));
      const touch = (tx: ViewTransaction, id: string) =>
        tx.updateTable('accounts').set({ email: 'touched' }).where('account_id', '=', id).execute();
      let arrived = 0;
      const both = async (first: string, second: string): Promise<void> =>
        sut.write(async (tx) => {
          await touch(tx, first);
          arrived++;
          while (arrived < 2) await new Promise((resolve) => setImmediate(resolve));
          await touch(tx, second);
        });
      await Promise.all([both('a', 'b'), both('b', 'a')]);
      expect(sut.figures().conflicts).toBeGreaterThan(0);
    });

    it('says that it cannot be used where a lock is held for long', async () => {
      await sut.write((tx) => add(tx, 'a'));
      const holder = await open();
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      let lock = (): void => undefined;
      const locked = new Promise<void>((resolve) => (lock = resolve));
      const holding = holder.write(async (tx) => {
        await tx.updateTable('accounts').set({ email: 'held' }).execute();
        lock();
        await held;
      });
      await locked;
      await refused(sut.write((tx) => tx.updateTable('accounts').set({ email: 'late' }).execute()));
      release();
      await holding;
      await holder.close();
    });

    it('says that it cannot be used where the server takes no more connections', async () => {
      const crowd = await Promise.all(Array.from({ length: 4 }, () => open({ poolMax: 10 })));
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const all = await Promise.all(
        crowd.flatMap((store) =>
          Array.from({ length: 10 }, () =>
            store
              .write(async (tx) => {
                await sql`select 1`.execute(tx);
                setTimeout(release, 1_000);
                await held;
              })
              .then(
                () => 'written',
                (error: unknown) => (error instanceof StoreUnavailableError ? 'refused' : String(error)),
              ),
          ),
        ),
      );
      expect(new Set(all)).toEqual(new Set(['written', 'refused']));
      await Promise.all(crowd.map((store) => store.close()));
    });
  });

  it('does not take a wrong statement for trouble that passes', async () => {
    const error = await sut.write((tx) => sql`select * from nowhere`.execute(tx)).catch((reason: unknown) => reason);
    expect(error).not.toBeInstanceOf(StoreUnavailableError);
    expect(String(error)).toContain('relation "nowhere" does not exist');
    const own = await sut.write(() => Promise.reject(new TypeError('ours'))).catch((reason: unknown) => reason);
    expect(own).toBeInstanceOf(TypeError);
  });

  it('has every text in the order of its bytes', async () => {
    const { rows } = await sql<{ column: string }>`select table_name || '.' || column_name as column from information_schema.columns
      where table_schema = 'public' and table_name not like 'kysely%' and data_type in ('text', 'character varying')
      and collation_name is distinct from 'C'`.execute(sut.db);
    expect(rows).toEqual([]);
  });

  it.each([
    ['an account by address', "select * from accounts where email = 'x'"],
    ['a key by its hash', "select * from api_keys where key_hash = 'x'"],
    ['a session by its hash', "select * from sessions where token_hash = 'x'"],
    ['the next page of devices', "select * from devices where account_id = 'a' and device_id > 'd' order by device_id limit 10"],
    ['the newest refused readings', "select * from rejections where account_id = 'a' and device_id = 'd' order by position desc limit 10"],
    ['the latest values of a device', "select * from latest_values where account_id = 'a' and device_id = 'd' order by field"],
    ['the schemas of a device', "select * from schemas where account_id = 'a' and device_id = 'd' order by schema_version"],
  ])('finds %s by an index, without sorting', async (_, query) => {
    const plan = await sut.snapshot(async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx);
      await sql`set local enable_bitmapscan = off`.execute(tx);
      return (await sql<Record<string, string>>`explain ${sql.raw(query)}`.execute(tx)).rows
        .flatMap((row) => Object.values(row))
        .join('\n');
    });
    expect(plan).toMatch(/Index (Only )?Scan/);
    expect(plan).not.toMatch(/Sort|Seq Scan/);
  });

  describe('opened', () => {
    it.each([
      [
        'with a wrong password',
        () => url.replace(/:[^:@/]*@/, ':wr0ng@'),
        /^POSTGRES_URL postgres:\/\/thingsio:\*\*\*@127\.0\.0\.1:\d+\/\w+: password authentication failed[^\n]*$/,
      ],
      ['on a database that is not there', () => url.replace(/\w+$/, 'nowhere'), /^POSTGRES_URL .*: database "nowhere" does not exist$/],
      [
        'on a port where nobody is',
        () => 'postgres://a:b@127.0.0.1:1/x',
        /^POSTGRES_URL postgres:\/\/a:\*\*\*@127\.0\.0\.1:1\/x: connect ECONNREFUSED/,
      ],
      ['on something else', () => 'mysql://a@b/c', /^POSTGRES_URL mysql:\/\/a@b\/c: this is no URL like postgres:/],
    ])('%s, says so in one line, without the password', async (_, wrong, why) => {
      await expect(openPostgresViewStore({ url: wrong() })).rejects.toThrow(why);
    });

    it('on a database in another encoding, says so', async () => {
      await sql`create database latin encoding 'LATIN1' locale_provider libc locale 'C' template template0`.execute(sut.db);
      await expect(openPostgresViewStore({ url: url.replace(/\w+$/, 'latin') })).rejects.toThrow('must be in UTF8, not LATIN1');
    });

    it('on a server that is not PostgreSQL, says so', async () => {
      const other = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as { port: number };
      await expect(openPostgresViewStore({ url: `postgres://127.0.0.1:${port}/x` })).rejects.toThrow('is this a PostgreSQL server?');
      other.close();
    });

    it('waits for a server that is not there yet, where it is asked to', async () => {
      await server.kill();
      const opening = open({ waitMsMax: 60_000 });
      await server.restart();
      await (await opening).close();
    }, 90_000);
  });
});
