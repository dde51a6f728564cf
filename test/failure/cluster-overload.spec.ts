/** Two minutes of ten times as much as the small cluster takes: what it acknowledges is kept, what it refuses is told when to come again, and
 *  nobody's memory grows. */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { afterAll, expect, it } from 'vitest';
import type { LedgerView } from '#contracts';
import { eventually, openAccount } from '../support/client.js';
import { type Cluster, startCluster, WHOLE } from '../support/cluster.js';
import { memoryOf } from '../support/process-memory.js';
import { serversAreHere } from '../support/servers-are-here.js';

const FOR_MS = 120_000;
const SENDERS = 96;
const DEVICES = 12;
const BATCH = 400;
/** Requests made for each that is taken. */
const OVERLOAD = 10;
/** Far too soon, yet no busy loop: the cluster, not the senders, is to have the processor. */
const AGAIN_AFTER_MS = 20;
/** Between two looks at memory, after which garbage is collected: by itself V8 lets a projector grow from 170 to 280 MB over minutes, and back. */
const LOOK_MS = 8_000;
const COLLECTING = { NODE_OPTIONS: `--import ${new URL('../../dist/test/support/collect-on-signal.js', import.meta.url).href}` };
const MB = 1024 * 1024;
const SCHEMA = { fields: { v: { type: 'number', required: true } } };

let cluster: Cluster;
afterAll(() => cluster?.remove());

it.skipIf(!serversAreHere(existsSync))(
  'refuses what is too much, keeps what it took, and grows nowhere',
  { timeout: 400_000 },
  async () => {
    // So little room that a few senders are many times too many.
    cluster = await startCluster(WHOLE, {
      ...COLLECTING,
      THINGSIO_LIMIT_IN_FLIGHT_BYTES: '20000',
      THINGSIO_LIMIT_KEY_READINGS_PER_SECOND: '10000000',
      THINGSIO_LIMIT_KEY_REQUESTS_PER_SECOND: '1000000',
    });
    const user = await openAccount(cluster.url);
    const ids = Array.from({ length: DEVICES }, (_, at) => `hot-${at}`);
    for (const deviceId of ids) await user.call('POST', '/devices', { deviceId, name: deviceId, schema: SCHEMA });
    const urls = cluster.of('api').map(({ url }) => url);
    const taken = new Map(ids.map((id) => [id, 0]));
    const refused = { count: 0, withoutTime: 0, otherwise: [] as string[] };
    const memory: Map<string, number>[] = [];
    const until = Date.now() + FOR_MS;
    let next = 0;

    const send = async (sender: number): Promise<void> => {
      const id = ids[sender % ids.length]!;
      const url = `${urls[sender % urls.length]!}/api/v1/devices/${id}/readings`;
      const headers = { authorization: `Bearer ${user.key!}`, 'content-type': 'application/json' };
      for (let body = batchFrom(BATCH * next++); Date.now() < until;) {
        const answer = await request(url, { method: 'POST', headers, body });
        await answer.body.dump();
        const status = answer.statusCode;
        if (status === 200) {
          taken.set(id, taken.get(id)! + 1);
          body = batchFrom(BATCH * next++);
        } else if (status !== 429 && status !== 503) refused.otherwise.push(String(status));
        else {
          refused.count++;
          if (!(Number(answer.headers['retry-after']) > 0)) refused.withoutTime++;
          await pause(AGAIN_AFTER_MS);
        }
      }
    };
    const look = (): void => {
      memory.push(new Map(cluster.apps.map((app) => [`${app.role} ${app.pid}`, memoryOf(app.pid)])));
      for (const app of cluster.apps) process.kill(app.pid, 'SIGUSR2');
    };
    const watch = setInterval(look, LOOK_MS);
    await Promise.all(Array.from({ length: SENDERS }, (_, sender) => send(sender)));
    clearInterval(watch);

    const batches = [...taken.values()].reduce((sum, count) => sum + count, 0);
    expect(refused).toMatchObject({ withoutTime: 0, otherwise: [] });
    expect(refused.count + batches).toBeGreaterThan(OVERLOAD * batches);
    for (const [id, count] of taken) {
      expect(count, id).toBeGreaterThan(0);
      const stored = count * BATCH;
      const { body } = await eventually(
        () => user.call<LedgerView>('GET', `/devices/${id}/ledger`),
        ({ body: ledger }) => ledger.stored >= stored,
        60_000,
      );
      expect(body).toMatchObject({ received: stored, stored, duplicates: 0, rejected: 0 });
    }
    for (const app of memory[0]!.keys()) {
      const used = memory.map((sample) => sample.get(app)!);
      const [early, late] = [most(used.slice(used.length / 4, used.length / 2)), most(used.slice((used.length * 3) / 4))];
      expect(late, `${app} used ${Math.round(early / MB)} MB, then ${Math.round(late / MB)} MB`).toBeLessThan(early * 1.1 + 16 * MB);
    }
  },
);

const batchFrom = (first: number): Buffer =>
  Buffer.from(
    JSON.stringify(Array.from({ length: BATCH }, (_, at) => ({ seq: first + at, time: 1_700_000_000_000 + first + at, v: first }))),
  );

const most = (values: number[]): number => Math.max(...values);
