import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { AnalysisView } from '#contracts';
import { createClient, eventually, openAccount } from '../support/client.js';
import { type RunningPlatform, startPlatform } from '../support/platform.js';

let platform: RunningPlatform;
afterEach(() => platform?.remove());

describe('starting and stopping', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with 0 on %s, everything accepted being stored, and continues at the next start',
    async (signal) => {
      platform = await startPlatform();
      const user = await openAccount(platform.url);
      await user.call('POST', '/devices', { deviceId: 'd', name: 'd', schema: { fields: { v: { type: 'number' } } } });
      const posts = Array.from({ length: 50 }, (_, at) =>
        user.call('POST', '/devices/d/readings?ack=queued', { v: at, seq: at }).catch(() => undefined),
      );
      const accepted = (await Promise.all(posts)).filter((answer) => answer?.status === 202).length;
      const exited = new Promise((resolve) => platform.process.once('exit', resolve));
      platform.process.kill(signal);
      expect(await exited).toBe(0);
      const { dataDir } = platform;
      platform = await startPlatform({ dataDir });
      const again = createClient(platform.url, user.key);
      await again.call('POST', '/devices/d/readings?ack=projected', { v: 1, seq: 1000 });
      expect((await again.call('GET', '/devices/d/ledger')).body).toMatchObject({ stored: accepted + 1 });
    },
  );

  it('says what can be set, and starts nothing, where it is asked for help', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'thingsio-help-'));
    const main = fileURLToPath(new URL('../../dist/run/embedded.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [main, '--help', '--data', folder]);
    expect(stdout).toContain('--port  (THINGSIO_PORT; default 3000)');
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it('names what to choose another port by', async () => {
    platform = await startPlatform();
    const main = fileURLToPath(new URL('../../dist/run/embedded.js', import.meta.url));
    const folder = await mkdtemp(join(tmpdir(), 'thingsio-port-'));
    const { port } = new URL(platform.url);
    await expect(promisify(execFile)(process.execPath, [main, '--port', port, '--data', folder])).rejects.toMatchObject({
      code: 1,
      stderr: `port ${port} is in use; choose another with --port\n`,
    });
    await rm(folder, { recursive: true });
  });

  it('counts what analytics does with all else that it counts', async () => {
    platform = await startPlatform();
    const figures = async () => (await createClient(platform.url).call<string>('GET', '/metrics')).body;
    await eventually(figures, (text) => /^thingsio_analytics_alerts_position \d+$/m.test(text));
  });

  it('builds everything that anyone sees again from the log alone', async () => {
    platform = await startPlatform();
    const user = await openAccount(platform.url);
    await user.call('POST', '/devices', {
      deviceId: 'd',
      name: 'd',
      schema: { fields: { v: { type: 'number', max: 50 }, at: { type: 'location' } } },
    });
    const readings = Array.from({ length: 300 }, (_, seq) => ({
      v: seq % 60,
      seq: seq * 2,
      time: 1_700_000_000_000 + ((seq * 7_919) % 300) * 1_000,
      at: [seq / 10, -seq / 10],
    }));
    for (let from = 0; from < 300; from += 30)
      await user.call('POST', '/devices/d/readings?ack=projected', readings.slice(from, from + 40));
    const paths = [
      '',
      '/latest',
      '/ledger',
      '/rejections?limit=1000',
      '/readings?limit=1000',
      '/schema',
      '/series?fields=v,at.lat&every=1m&fn=mean,min,max,last,p90',
      '/events?limit=1000',
    ];
    const seen = async (key: string | undefined) => {
      const answers = await Promise.all(paths.map((path) => createClient(platform.url, key).call('GET', `/devices/d${path}`)));
      for (const answer of answers) expect(answer.status).toBe(200);
      return answers.map((answer) => answer.body);
    };
    const asked = { operation: 'moving-average', deviceId: 'd', fields: ['v'], params: { count: 3 } };
    const { analysisId } = (await user.call<{ analysisId: string }>('POST', '/analyses', asked)).body;
    const analysis = async (key: string | undefined) =>
      (await createClient(platform.url, key).call<AnalysisView>('GET', `/analyses/${analysisId}`)).body;
    const computed = await eventually(
      () => analysis(user.key),
      ({ status }) => status === 'completed',
    );
    expect(computed).toMatchObject({ result: {} });
    expect(computed.error).toBeUndefined();
    const before = await seen(user.key);
    expect(await platform.stop()).toBe(0);
    for (const file of ['views.db', 'views.db-wal', 'views.db-shm', 'series.duckdb', 'series.duckdb.wal'])
      await rm(join(platform.dataDir, file), { force: true });
    platform = await startPlatform({ dataDir: platform.dataDir });
    const session = await eventually(
      () => createClient(platform.url).call<{ token: string }>('POST', '/sessions', { email: user.email, password: user.password }),
      (answer) => answer.status === 201,
    );
    await createClient(platform.url, session.body.token).call('POST', '/devices/d/readings?ack=projected', readings.slice(0, 1));
    const after = await seen(user.key);
    const whole = [
      '/latest',
      '/rejections?limit=1000',
      '/readings?limit=1000',
      '/schema',
      '/series?fields=v,at.lat&every=1m&fn=mean,min,max,last,p90',
    ];
    for (const path of whole)
      expect(JSON.stringify(after[paths.indexOf(path)]) === JSON.stringify(before[paths.indexOf(path)]), path).toBe(true);
    expect(after[2]).toMatchObject({
      stored: (before[2] as { stored: number }).stored,
      rejected: (before[2] as { rejected: number }).rejected,
      missing: (before[2] as { missing: object }).missing,
    });
    const recalled = await eventually(
      () => analysis(user.key),
      ({ status }) => status === 'completed',
    );
    expect(recalled).toMatchObject({ lineage: computed.lineage, error: expect.stringContaining('The result is gone') });
    expect(recalled.result).toBeUndefined();
  });

  it('refuses a data folder that is in use, in one line', async () => {
    platform = await startPlatform();
    await expect(startPlatform({ dataDir: platform.dataDir })).rejects.toThrow('in use by another thingsIO');
  });

  it('says which setting is wrong, in one line', async () => {
    await expect(startPlatform({ flags: ['--shard-workers', 'many'] })).rejects.toThrow('--shard-workers must be a whole number');
  });

  it.skipIf(process.platform !== 'linux')('gives up a projector that is loading DuckDB', async () => {
    const child = fileURLToPath(new URL('../../dist/apps/projector/src/testing/abandoning-child.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [child], { timeout: 20_000 });
    expect(stdout).toBe('given up');
  });

  it.each([
    ['series.duckdb', 'delete series.duckdb*'],
    ['views.db', 'delete views.db*'],
    ['log.db', 'thingsio verify log'],
  ])('says what to do where %s is damaged', async (file, advice) => {
    platform = await startPlatform();
    const { dataDir } = platform;
    await platform.stop();
    for (const name of await readdir(dataDir))
      if (name.startsWith(`${file}-`) || name.startsWith(`${file}.`)) await rm(join(dataDir, name));
    await writeFile(join(dataDir, file), 'no database at all. '.repeat(1_000));
    const failure = await startPlatform({ dataDir }).then(
      () => 'it started',
      (error: Error) => error.message,
    );
    expect(failure).toContain(`ended with 1`);
    expect(failure).toContain(`${file} in ${dataDir}`);
    expect(failure).toContain(advice);
    expect(failure).not.toMatch(/^ +at /m);
  });
});
