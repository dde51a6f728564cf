import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDuckDbSeriesStore } from '#adapters/duckdb';
import { openSqliteEventLog, openSqliteViewStore } from '#adapters/sqlite';
import type { RecordedEvent } from '#contracts';
import { series as seriesProjection } from '../../apps/projector/src/projections/series.projection.js';
import { append, inDevice, type Happened } from '../../apps/projector/src/testing/events.js';
import { allRows, project } from '../../apps/projector/src/testing/views.js';

const CHILD = fileURLToPath(new URL('../../dist/apps/projector/src/testing/projecting-child.js', import.meta.url));
const KILLS = 12;

let dir: string;
beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'thingsio-kill-'))));
afterEach(() => rm(dir, { recursive: true }));

it('stores everything exactly once when the projector is killed between and within its steps', async () => {
  const events = await writeLog(join(dir, 'killed'));
  for (let kill = 0; kill < KILLS; kill++) await runUntil({ steps: (kill * 7) % 11, microseconds: (kill * 397) % 3_000 });
  expect(await runUntil({ steps: Infinity, microseconds: 0 })).toBe('done');
  const [killed, whole] = [await contents(join(dir, 'killed')), await projectedInOneGo(join(dir, 'whole'), events)];
  expect(killed).toEqual(whole);
  expect(whole.readings).toBe(900);
}, 120_000);

/** 3 devices, 302 events each, with ties, late data and gaps. */
async function writeLog(place: string): Promise<RecordedEvent[]> {
  await mkdir(place);
  const devices = ['a1.d1', 'a1.d2', 'a2.d1'];
  const happened: Happened[] = devices.flatMap((name) => {
    const [accountId, deviceId] = name.split('.') as [string, string];
    return [
      inDevice(name, 'DeviceRegistered', { accountId, deviceId, name, tags: {} }),
      inDevice(name, 'SchemaRegistered', { schemaVersion: 1, schema: { fields: { temperature: { type: 'number' as const } } } }),
    ];
  });
  for (let n = 0; n < 100; n++) {
    for (const name of devices) {
      const time = [n, n - 3, n].map((at) => Math.max(0, at) * 1_000);
      happened.push(
        inDevice(name, 'ReadingsReceived', {
          schemaVersion: 1,
          time,
          seq: [n * 4, n * 4 + 1, n * 4 + 3],
          fields: { temperature: [n, null, -n] },
        }),
      );
      if (n % 5 === 0) happened.push(inDevice(name, 'DuplicatesDiscarded', { count: n + 1 }));
    }
  }
  const log = openSqliteEventLog({ dir: place, durability: 'normal' });
  await append(log, happened);
  const events = await log.readAll(0, 10_000);
  await log.close();
  return events;
}

/** Starts the projector and kills it so long after so many steps; a moment between two lines is within a step. */
function runUntil({ steps, microseconds }: { steps: number; microseconds: number }): Promise<string> {
  const child = spawn(process.execPath, [CHILD, join(dir, 'killed')], { stdio: ['ignore', 'pipe', 'inherit'] });
  let seen = 0;
  let last = '';
  const kill = (): void => {
    const at = performance.now() + microseconds / 1_000;
    while (performance.now() < at);
    child.kill('SIGKILL');
  };
  createInterface(child.stdout).on('line', (line) => {
    last = line;
    if (++seen > steps) kill();
  });
  return new Promise((resolve) => child.once('close', () => resolve(last)));
}

async function projectedInOneGo(place: string, events: RecordedEvent[]) {
  await mkdir(place);
  const views = await openSqliteViewStore({ dir: place });
  await project(views, events);
  await views.close();
  const series = await openDuckDbSeriesStore({ dir: place });
  await series.write({ ...seriesProjection.fold(events), checkpoint: events.at(-1)!.position });
  await series.close();
  return contents(place);
}

async function contents(place: string) {
  const views = await openSqliteViewStore({ dir: place });
  const series = await openDuckDbSeriesStore({ dir: place });
  const rows = await allRows(views);
  const checkpoints = [
    ...(await views.db.selectFrom('checkpoints').selectAll().orderBy('projection').execute()),
    await series.checkpoint(),
  ];
  const counts = await Promise.all(
    [
      { accountId: 'a1', deviceId: 'd1' },
      { accountId: 'a1', deviceId: 'd2' },
      { accountId: 'a2', deviceId: 'd1' },
    ].map((device) => series.count({ ...device, from: 0, to: Number.MAX_SAFE_INTEGER })),
  );
  const found = { rows, checkpoints, readings: counts.reduce((sum, count) => sum + count, 0), digest: await series.digest() };
  await Promise.all([views.close(), series.close()]);
  return found;
}
