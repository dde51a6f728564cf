/** Importing real files, and files with everything wrong. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeServer, type FakeServer } from '../../test/fake-server.js';
import { RecordingOutput } from '../../test/recording-output.js';
import { ApiClient } from '../client/api-client.js';
import { importFile, type ImportOptions } from './import.js';

const real = (name: string) => join('node_modules/vega-datasets/data', name);

let server: FakeServer;
let client: ApiClient;
let out: RecordingOutput;
let dir: string;

beforeEach(async () => {
  server = await startFakeServer((reading) => !Number.isNaN(new Date(reading['time'] as string).getTime()));
  client = new ApiClient({ url: server.url, apiKey: 'key-1', connections: 4 });
  out = new RecordingOutput();
  dir = await mkdtemp(join(tmpdir(), 'thingsio-cli-'));
});
afterEach(async () => {
  await client.close();
  await server.close();
  await rm(dir, { recursive: true });
});

function run(changes: Partial<ImportOptions> & { file: string }, signal = new AbortController().signal): Promise<number> {
  const options: ImportOptions = { device: 'It', time: 'date', tz: 'UTC', batch: 100, dryRun: false, giveUpAfterMs: 20_000, ...changes };
  return importFile(options, { client, out, signal, now: Date.now, standstillMs: 300 });
}
const ledger = (device = 'it') => server.devices.get(device)?.ledger;
const fieldsOf = (device = 'it') => (server.devices.get(device)?.view['schema'] as { fields: Record<string, { type: string }> }).fields;

async function fileOf(name: string, text: string): Promise<string> {
  const file = join(dir, name);
  await writeFile(file, text);
  return file;
}

describe('import', () => {
  it('makes a device of the Seattle weather', async () => {
    expect(await run({ file: real('seattle-weather.csv'), device: 'Seattle weather', tz: 'America/Los_Angeles' })).toBe(0);
    expect(ledger('seattle-weather')).toEqual({ received: 1461, stored: 1461, duplicates: 0, rejected: 0 });
    expect(server.devices.get('seattle-weather')?.readings[0]).toEqual({
      time: '2012-01-01T08:00:00.000Z',
      seq: 1,
      precipitation: 0,
      temp_max: 12.8,
      temp_min: 5,
      wind: 4.7,
      weather: 'drizzle',
    });
    expect(fieldsOf('seattle-weather')['weather']?.type).toBe('enum');
  });

  it('reads what a European spreadsheet writes: semicolons, decimal commas, a byte order mark', async () => {
    const text = '\ufeffdate;temp;count;"what; who"\r\n2026-05-01;21,5;1.234,5;"a; ""b"", 1,5"\r\n2026-05-02;;-7;c\r\n';
    expect(await run({ file: await fileOf('keller.csv', text) })).toBe(0);
    expect(server.devices.get('it')?.readings).toEqual([
      { time: '2026-05-01T00:00:00.000Z', seq: 1, temp: 21.5, count: 1234.5, what_who: 'a; "b", 1,5' },
      { time: '2026-05-02T00:00:00.000Z', seq: 2, count: -7, what_who: 'c' },
    ]);
  });

  it('makes positions of the points of GeoJSON', async () => {
    expect(await run({ file: real('earthquakes.json'), device: 'Earthquakes', time: 'time' })).toBe(0);
    expect(server.devices.get('earthquakes')?.readings[0]).toMatchObject({
      time: 1517966773840,
      mag: 2,
      position: { lat: 34.4945, lon: -118.6671667 },
      coordinate_3: 26.49,
      type: 'earthquake',
    });
  });

  it.each([
    ['birdstrikes.csv', 'Flight Date'],
    ['github.csv', 'time'],
    ['sp500.csv', 'date'],
    ['global-temp.csv', 'year'],
    ['us-employment.csv', 'month'],
  ])('imports %s', async (name, time) => {
    expect(await run({ file: real(name), time, batch: 1_000 })).toBe(0);
    expect(ledger()?.rejected).toBe(0);
  });

  it.each([
    ['csv', 'time,recordedAt,seq,note,spot.lat,spot.lon,spot.alt\n2026-02-02T02:40:00.000Z,2026-02-03T00:00:00.000Z,7,a,1,2,\n'],
    [
      'ndjson',
      '{"time":"2026-02-02T02:40:00.000Z","recordedAt":"2026-02-03T00:00:00.000Z","values":{"note":"a","spot":{"lat":1,"lon":2}},"position":"9"}\n',
    ],
  ])('takes the readings of its own export in %s', async (format, text) => {
    expect(await run({ file: await fileOf(`export.${format}`, text), time: 'time' })).toBe(0);
    expect(server.devices.get('it')?.readings).toEqual([{ time: '2026-02-02T02:40:00.000Z', seq: 1, note: 'a', spot: { lat: 1, lon: 2 } }]);
  });

  it('stores nothing twice when it is run again', async () => {
    await run({ file: real('seattle-weather.csv') });
    expect(await run({ file: real('seattle-weather.csv') })).toBe(0);
    expect(ledger()).toEqual({ received: 2922, stored: 1461, duplicates: 1461, rejected: 0 });
  });

  it('does not vouch for the contents of rows that it knows by their number', async () => {
    const file = await fileOf('x.csv', 'date,x\n2026-01-01,1\n2026-01-02,2\n');
    await run({ file });
    expect(out.text).toContain('✓ The account closes: the ledger has exactly what was sent.');
    await fileOf('x.csv', 'date,x\n2026-01-01,1\n2026-01-02,999\n');
    out.lines.length = 0;
    expect(await run({ file })).toBe(0);
    expect(out.text).toContain('2 rows were there already and were left as they are; their contents were not compared.');
    expect(out.text).not.toContain('✓');
  });

  it.each<[string, Partial<ImportOptions>]>([
    ['time zone', { tz: 'Europe/Vienna' }],
    ['time column', { time: 'seen' }],
    ['form of times', { timeFormat: 'yyyy-dd-MM' }],
  ])('does not take a file read with another %s for the one that is there', async (_, changes) => {
    const file = await fileOf('x.csv', 'date,seen,x\n2026-01-01,2026-01-02,1\n');
    await run({ file });
    await expect(run({ file, ...changes })).rejects.toThrow('choose another --device');
  });

  it('goes on where it was interrupted', async () => {
    const interruption = new AbortController();
    server.trouble = (request) => (request === 5 ? (interruption.abort(), undefined) : undefined);
    expect(await run({ file: real('seattle-weather.csv'), batch: 50 }, interruption.signal)).toBe(1);
    expect(ledger()?.stored).toBeLessThan(1461);
    expect(await run({ file: real('seattle-weather.csv') })).toBe(0);
    expect(ledger()?.stored).toBe(1461);
  });

  it('closes the account when answers are lost', async () => {
    server.trouble = (request) => (request % 4 === 1 ? 'lose' : undefined);
    expect(await run({ file: real('seattle-weather.csv') })).toBe(0);
    expect(ledger()).toMatchObject({ stored: 1461, duplicates: 0 });
  });

  it('lists refused rows with their line and the reason', async () => {
    const file = await fileOf('bad.csv', 'date,x\n2026-01-01,1\nyesterday,2\n2026-01-03,3\n');
    expect(await run({ file })).toBe(0);
    expect(out.text).toContain('1 rows were refused');
    expect(out.text).toContain('line 3, temperature: reading.above-max: Too hot.');
  });

  it('does not pour a second file into a device', async () => {
    await run({ file: real('seattle-weather.csv') });
    await expect(run({ file: real('sp500.csv') })).rejects.toThrow('choose another --device');
  });

  it('sends nothing on a dry run', async () => {
    expect(await run({ file: real('seattle-weather.csv'), dryRun: true })).toBe(0);
    expect(server.devices.size).toBe(0);
    expect(out.text).toContain('"weather":"drizzle"');
  });

  it('says what is wrong with a file', async () => {
    await expect(run({ file: await fileOf('empty.csv', '') })).rejects.toThrow('holds no rows');
    await expect(run({ file: await fileOf('x.json', '{"a"') })).rejects.toThrow('not valid JSON');
    await expect(run({ file: await fileOf('x.txt', 'a') })).rejects.toThrow('told by its ending');
    await expect(run({ file: await fileOf('y.csv', 'when,x\n1,2\n') })).rejects.toThrow('The columns are: when, x.');
    await expect(run({ file: join(dir, 'none.csv') })).rejects.toThrow(/none\.csv/);
  });
});
