/** The simulator against a server that fails in the ways servers and links fail. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeServer, type FakeServer } from '../../test/fake-server.js';
import { RecordingOutput } from '../../test/recording-output.js';
import { ApiClient } from '../client/api-client.js';
import { parseFaults } from './faults.js';
import { simulate, type SimulateOptions } from './simulate.js';

const options: SimulateOptions = {
  devices: 5,
  rate: 1,
  durationMs: 200_000,
  seed: 7,
  batch: 10,
  prefix: 'sim',
  faults: parseFaults(''),
  start: 1_770_000_000_000,
  speedup: 'max',
  connections: 4,
  giveUpAfterMs: 20_000,
};
const allFaults = parseFaults('duplicates=0.05,reorder=0.1,gaps=0.05,skew=0.1,bursts=0.02,invalid=0.05');

let server: FakeServer;
let client: ApiClient;
let out: RecordingOutput;

beforeEach(async () => {
  server = await startFakeServer();
  client = new ApiClient({ url: server.url, apiKey: 'key-1', connections: 4 });
  out = new RecordingOutput();
});
afterEach(async () => {
  await client.close();
  await server.close();
});

function run(changes: Partial<SimulateOptions> = {}, signal = new AbortController().signal): Promise<number> {
  return simulate({ ...options, ...changes }, { client, out, signal, now: Date.now, standstillMs: 300 });
}

describe('simulate', () => {
  it('closes the account of healthy devices', async () => {
    expect(await run()).toBe(0);
    expect(server.devices.get('sim-1')?.ledger).toMatchObject({ received: 200, stored: 200 });
    expect(out.text).toContain('The account closes');
  });

  it('closes the account with every fault there is', async () => {
    expect(await run({ faults: allFaults })).toBe(0);
    expect(server.devices.get('sim-1')?.ledger.rejected).toBeGreaterThan(0);
    expect(server.devices.get('sim-1')?.ledger.duplicates).toBeGreaterThan(0);
  });

  it('closes the account when answers are lost and requests are refused', async () => {
    server.trouble = (request) => (request % 3 === 1 ? 'lose' : request % 5 === 2 ? 'refuse' : undefined);
    expect(await run({ faults: allFaults, batch: 100 })).toBe(0);
  });

  it('continues the numbering of an earlier run', async () => {
    expect(await run({ faults: allFaults })).toBe(0);
    expect(await run({ faults: allFaults, seed: 8 })).toBe(0);
    expect(server.devices.get('sim-1')?.ledger.received).toBeGreaterThan(350);
  });

  it('says so, with exit code 1, when the server forgot a reading', async () => {
    server.forgets = (reading) => reading['seq'] === 50;
    expect(await run()).toBe(1);
    expect(out.text).toContain('DIFFERS');
  });

  it('ends early and closes the account when interrupted', async () => {
    const interruption = new AbortController();
    server.trouble = (request) => (request === 3 ? (interruption.abort(), undefined) : undefined);
    expect(await run({ rate: 100, durationMs: 3_600_000, speedup: 1, faults: allFaults }, interruption.signal)).toBe(0);
    expect(out.text).toContain('Ended early');
  });

  it('sends as fast as it can for as long as asked', async () => {
    expect(await run({ rate: 'max', durationMs: 300, speedup: 1, batch: 100 })).toBe(0);
    expect(server.devices.get('sim-5')?.ledger.received).toBeGreaterThanOrEqual(100);
  });

  it('opens an account and prints it when there is no key', async () => {
    client.apiKey = undefined;
    expect(await run({ devices: 1 })).toBe(0);
    expect(out.text).toContain('key-1');
  });

  it('refuses to send to a device that is not a simulated one', async () => {
    await client.json({ method: 'POST', path: '/devices', body: { deviceId: 'sim-1', schema: { fields: {} } } });
    await expect(run()).rejects.toThrow('choose another --prefix');
  });

  it('names the server it cannot reach, in one line', async () => {
    const nobody = new ApiClient({ url: 'http://127.0.0.1:1', apiKey: 'key-1' });
    const running = simulate(options, { client: nobody, out, signal: new AbortController().signal, now: Date.now });
    await expect(running).rejects.toThrow(/^Cannot reach thingsIO at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\)\. Is it running\?/);
    await nobody.close();
  });
});
