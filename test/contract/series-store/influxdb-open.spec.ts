/** What is said where the series cannot be opened, in one line that names the setting and hides the password. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInfluxDbSeries } from '#adapters/influxdb';
import { freePort } from '../../support/servers/free-port.js';
import { influxdbIsHere, runInfluxStatement, startInfluxDb } from '../../support/servers/influxdb.js';
import type { TestServer } from '../../support/servers/server-process.js';

describe('opening the series', () => {
  it.each([
    ['mysql://host/thingsio', /this is no URL like http:\/\/user:password@host:8086\/database/],
    ['http://', /this is no URL/],
    ['http://host:8086/my database', /"my database" cannot be the name of the database/],
    [`http://host:8086/x';DROP`, /cannot be the name of the database/],
  ])('refuses %s', async (url, why) => {
    await expect(openInfluxDbSeries({ url })).rejects.toThrow(why);
    await expect(openInfluxDbSeries({ url })).rejects.toThrow(/^INFLUXDB_URL .*$/);
  });

  it('names a server that is not there', async () => {
    const url = `http://me:hidden@127.0.0.1:${await freePort()}/thingsio`;
    await expect(openInfluxDbSeries({ url })).rejects.toThrow(
      /^INFLUXDB_URL http:\/\/me:\*\*\*@127.0.0.1:\d+\/thingsio: connect ECONNREFUSED/,
    );
  });

  it('tells another server from InfluxDB', async () => {
    const server = createServer((_, response) => void response.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/thingsio`;
    await expect(openInfluxDbSeries({ url })).rejects.toThrow(/: this is no InfluxDB server$/);
    server.close();
  });

  describe.skipIf(!influxdbIsHere)('of an InfluxDB that asks for a password', () => {
    let server: TestServer;
    beforeAll(async () => void (server = await startInfluxDb({ password: 'open & sesame/%41' })));
    afterAll(() => server.stop());

    it('takes it from the URL', async () => {
      const series = await openInfluxDbSeries({ url: server.url });
      expect(await series.store.checkpoint()).toBe(0);
      await series.health();
      await series.close();
    });

    it('refuses another, without showing it', async () => {
      const url = new URL(server.url);
      url.password = 'guessed';
      await expect(openInfluxDbSeries({ url: url.href })).rejects.toThrow(
        /^INFLUXDB_URL http:\/\/thingsio:\*\*\*@.*: 401 authorization failed$/,
      );
    });

    it('refuses the URL of an InfluxDB 2', async () => {
      const { origin } = new URL(server.url);
      await expect(openInfluxDbSeries({ url: `${origin}?org=o&bucket=b&token=t` })).rejects.toThrow(
        /token=\*\*\*: this is InfluxDB 1\.\d.*no organisations/,
      );
    });
  });

  describe.skipIf(!influxdbIsHere)('of an InfluxDB', () => {
    let server: TestServer;
    beforeAll(async () => void (server = await startInfluxDb()));
    afterAll(() => server.stop());

    it('refuses a database that forgets', async () => {
      const url = new URL('/short', server.url);
      await runInfluxStatement(server.url, 'CREATE DATABASE short WITH DURATION 30d');
      await expect(openInfluxDbSeries({ url: url.href })).rejects.toThrow(/the database short keeps readings for 720h0m0s only/);
    });

    it('waits for a server, where it may', { timeout: 60_000 }, async () => {
      await server.kill();
      const opening = openInfluxDbSeries({ url: server.url, waitMsMax: 30_000 });
      await server.restart();
      await (await opening).close();
    });

    it('behind a path, as proxies have it', async () => {
      const url = new URL('/no/such/proxy/thingsio', server.url);
      await expect(openInfluxDbSeries({ url: url.href })).rejects.toThrow(/: 404/);
    });
  });
});
