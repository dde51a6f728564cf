/** Process of B7: brings devices to life and weighs them. Needs --expose-gc. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActorHost } from '#actors';
import { openSqliteEventLog } from '#adapters/sqlite';
import type { MemoryAnswer } from '../b07-memory.bench.js';
import { openDeviceHost, readingsCommand, registerCommand, tell } from './actor-commands.js';

const [dir = '', count = ''] = process.argv.slice(2);
const devices = Number(count);
const AT_ONCE = 500;
const KEYS = 10;

const log = openSqliteEventLog({ dir, durability: 'normal' });
const host = openDeviceHost(log, devices + AT_ONCE);
// Compiled code and caches are there before weighing begins.
await bringUp(host, 'warm', AT_ONCE);
const empty = await heap();
await bringUp(host, 'd', devices);
const awake = await heap();
for (let n = 0; n < KEYS; n++)
  await forAll('d', devices, (id) =>
    tell(
      host,
      id.map((deviceId) => readingsCommand(deviceId, [reading(100 + n)], true)),
    ),
  );
const remembering = await heap();
const living = host.stats().reduce((sum, shard) => sum + shard.entities, 0);
if (living !== devices + AT_ONCE) throw new Error(`${living} devices are in memory, not ${devices + AT_ONCE}`);
const answer: MemoryAnswer = { awake: (awake - empty) / devices, remembering: (remembering - empty) / devices, devices };
process.send?.(answer, () => process.exit(0));

async function bringUp(to: ActorHost, prefix: string, number: number): Promise<void> {
  await forAll(prefix, number, async (ids) => {
    await tell(to, ids.map(registerCommand));
    await tell(
      to,
      ids.map((id) => readingsCommand(id, [reading(1), reading(2), reading(3)])),
    );
  });
}

async function forAll(prefix: string, number: number, work: (ids: string[]) => Promise<void>): Promise<void> {
  for (let at = 0; at < number; at += AT_ONCE) {
    await work(Array.from({ length: Math.min(AT_ONCE, number - at) }, (_, i) => `${prefix}-${String(at + i).padStart(6, '0')}`));
  }
}

function reading(seq: number): object {
  return { temperature: 21.5, humidity: 40, time: Date.UTC(2026, 0, 1) + seq * 1_000, seq };
}

async function heap(): Promise<number> {
  if (!globalThis.gc) throw new Error('run with --expose-gc');
  for (let n = 0; n < 4; n++) {
    await sleep(50);
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}
