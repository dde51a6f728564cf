/** What the server finds of a long curve is what reading all of it finds. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInfluxDbSeries } from '#adapters/influxdb';
import { m4 } from '#timeseries';
import { influxdbIsHere, startInfluxDb } from '../../support/servers/influxdb.js';
import type { TestServer } from '../../support/servers/server-process.js';
import { batchOf, D1, EPOCH, numbers, readingsEvent, schemaEvent } from '../../support/series-store/batches.js';

const READINGS = 1_100_000;
const AT_ONCE = 100_000;

describe.skipIf(!influxdbIsHere)('a picture of more readings than are read', () => {
  let server: TestServer;
  beforeAll(async () => void (server = await startInfluxDb()));
  afterAll(() => server.stop());

  it('has the points that M4 chooses, turned round by a new unit', { timeout: 120_000 }, async () => {
    const series = await openInfluxDbSeries({ url: server.url });
    const store = await series.open(1);
    const time = Float64Array.from({ length: READINGS }, (_, i) => EPOCH + Math.floor(i / 3) * 100 + (i % 3 === 2 ? 40.125 : 0));
    const value = Float64Array.from(time, (_, i) => ((i * 7_919) % 1_009) / 7 + Math.floor(i / 50_000));
    await store.write(batchOf(schemaEvent(1, 1, numbers('a'))));
    for (let at = 0; at < READINGS; at += AT_ONCE) {
      const columns = { time: [...time.subarray(at, at + AT_ONCE)], fields: { a: [...value.subarray(at, at + AT_ONCE)] } };
      await store.write(batchOf(readingsEvent(2 + at, columns)));
    }
    const turned = { fields: { b: { type: 'number' } }, upcasts: { b: { from: 'a', scale: -2, offset: 1 } } } as const;
    await store.write(batchOf(schemaEvent(READINGS + 5, 2, turned)));
    const range = { from: EPOCH + 777, to: EPOCH + (READINGS / 3) * 100 - 333 };
    const inside = [...time.keys()].filter((i) => time[i]! >= range.from && time[i]! < range.to);
    const expected = m4(
      Float64Array.from(inside, (i) => time[i]!),
      Float64Array.from(inside, (i) => value[i]! * -2 + 1),
      400,
      range,
    );
    const answer = await store.series({ ...D1, ...range, fields: ['b'], picture: { method: 'm4', points: 400 } });
    expect(answer.of).toBe(inside.length);
    expect([...answer.time]).toEqual([...expected.time]);
    expect(answer.fields.b!.value).toEqual(expected.value);
    await series.close();
  });
});
