/** Exported readings are the ones that were sent, in each format. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeServer, type FakeServer } from '../../test/fake-server.js';
import { RecordingOutput } from '../../test/recording-output.js';
import { ApiClient } from '../client/api-client.js';
import { exportReadings, type ExportFormat } from './export.js';

let server: FakeServer;
let client: ApiClient;
let dir: string;

beforeEach(async () => {
  server = await startFakeServer(() => true);
  client = new ApiClient({ url: server.url, apiKey: 'key-1' });
  dir = await mkdtemp(join(tmpdir(), 'thingsio-cli-'));
  const fields = { temperature: { type: 'number' }, note: { type: 'string' }, on: { type: 'boolean' }, position: { type: 'location' } };
  await client.json({ method: 'POST', path: '/devices', body: { deviceId: 'd', name: 'd', schema: { fields }, tags: {} } });
  const readings = [
    { time: 1_770_000_000_000, seq: 1, temperature: 1.5, note: 'a "b", c', on: true, position: { lat: 1, lon: 2 } },
    { time: 1_770_000_001_000, seq: 2, temperature: 2 },
  ];
  await client.json({ method: 'POST', path: '/devices/d/readings', body: readings });
});
afterEach(async () => {
  await client.close();
  await server.close();
  await rm(dir, { recursive: true });
});

async function exported(format: ExportFormat): Promise<Buffer> {
  const out = join(dir, `readings.${format}`);
  const context = { client, out: new RecordingOutput(), signal: new AbortController().signal, now: Date.now };
  expect(await exportReadings({ deviceId: 'd', format, out }, context)).toBe(0);
  return readFile(out);
}

describe('export', () => {
  it('writes CSV with a column for each part', async () => {
    expect((await exported('csv')).toString()).toBe(
      'time,recordedAt,seq,temperature,note,on,position.lat,position.lon,position.alt\n' +
        '2026-02-02T02:40:00.000Z,1970-01-01T00:00:00.000Z,1,1.5,"a ""b"", c",true,1,2,\n' +
        '2026-02-02T02:40:01.000Z,1970-01-01T00:00:00.000Z,2,2,,,,,\n',
    );
  });

  it('writes NDJSON as the server gives it', async () => {
    const lines = (await exported('ndjson'))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { values: unknown });
    expect(lines[1]?.values).toEqual({ temperature: 2 });
  });

  it('writes Parquet that others read', async () => {
    const { readParquet } = await import('parquet-wasm');
    const table = tableFromIPC(readParquet(new Uint8Array(await exported('parquet'))).intoIPCStream());
    expect(table.numRows).toBe(2);
    expect(table.get(0)?.toJSON()).toMatchObject({
      temperature: 1.5,
      note: 'a "b", c',
      on: true,
      'position.lat': 1,
      'position.alt': null,
      seq: '1',
    });
    expect(Number(table.get(1)?.toJSON()['time'])).toBe(1_770_000_001_000);
  });

  it('says which device there is none of', async () => {
    const context = { client, out: new RecordingOutput(), signal: new AbortController().signal, now: Date.now };
    await expect(exportReadings({ deviceId: 'x', format: 'csv' }, context)).rejects.toThrow('There is no such device.');
  });
});
