import pg from 'pg';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { postgresIsHere, startPostgres } from './postgres.js';
import { redisIsHere, startRedis } from './redis.js';
import type { TestServer } from './server-process.js';

describe('servers for tests', () => {
  let server: TestServer | undefined;
  afterEach(() => server?.stop());

  it.skipIf(!postgresIsHere)('PostgreSQL keeps its data over a restart and a crash, and pauses', async () => {
    const postgres = (server = await startPostgres({ fsync: true }));
    const url = await postgres.freshDatabase();
    const ask = async (text: string): Promise<unknown[]> => {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => undefined);
      await client.connect();
      const { rows } = await client.query(text);
      await client.end();
      return rows;
    };
    await ask('create table kept as select 42 as answer');
    await postgres.restart();
    expect(await ask('select * from kept')).toEqual([{ answer: 42 }]);
    await postgres.kill();
    await expect(ask('select 1')).rejects.toThrow('ECONNREFUSED');
    await postgres.restart();
    await postgres.pause();
    const asked = ask('select * from kept');
    expect(await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 300, 'nothing'))])).toBe('nothing');
    await postgres.resume();
    expect(await asked).toEqual([{ answer: 42 }]);
  });

  it.skipIf(!redisIsHere)('Redis keeps its data over a restart and a crash, and pauses', async () => {
    server = await startRedis({ password: 'not-secret' });
    const client = new Redis(server.url);
    client.on('error', () => undefined);
    await client.set('kept', '42');
    await server.restart();
    expect(await client.get('kept')).toBe('42');
    await server.kill();
    await server.restart();
    await server.pause();
    const asked = client.get('kept');
    expect(await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 300, 'nothing'))])).toBe('nothing');
    await server.resume();
    expect(await asked).toBe('42');
    client.disconnect();
  });
});
