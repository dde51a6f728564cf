import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, openAccount } from '../support/client.js';
import { type RunningPlatform, startPlatform } from '../support/platform.js';

const DEVICES = 600;
const IN_MEMORY = 50;

let platform: RunningPlatform;
beforeAll(async () => {
  platform = await startPlatform({
    env: { THINGSIO_LIMIT_ENTITIES_IN_MEMORY: String(IN_MEMORY), THINGSIO_LIMIT_KEY_REQUESTS_PER_SECOND: '100000' },
  });
});
afterAll(() => platform.remove());

it('keeps only the budgeted devices in memory, forgets none of them, and shows it to Prometheus', async () => {
  const user = await openAccount(platform.url);
  const ids = Array.from({ length: DEVICES }, (_, at) => `many-${at}`);
  const schema = { fields: { v: { type: 'number', required: true } } };
  for (let at = 0; at < DEVICES; at += 50)
    await Promise.all(ids.slice(at, at + 50).map((deviceId) => user.call('POST', '/devices', { deviceId, name: deviceId, schema })));
  const readings = (seq: number) => Object.fromEntries(ids.map((id) => [id, [{ seq, v: seq }]]));
  type Answer = { devices: Record<string, { accepted: number; duplicates: number }> };
  for (const seq of [1, 2, 1]) {
    const { status, body } = await user.call<Answer>('POST', '/readings?ack=projected', readings(seq));
    expect(status).toBe(200);
    const first = seq === 2 || body.devices[ids[0]!]!.accepted === 1;
    for (const id of ids) expect(body.devices[id]).toMatchObject(first ? { accepted: 1, duplicates: 0 } : { accepted: 0, duplicates: 1 });
  }
  // All were busy at once: the last of them leave when their snapshots are written.
  const figures = await eventually(
    () => figuresOf(user),
    (now) => now('thingsio_shard_entities') <= IN_MEMORY,
  );
  expect(figures('thingsio_shard_entities')).toBeGreaterThan(0);
  expect(figures('thingsio_shard_passivations_total')).toBeGreaterThanOrEqual(DEVICES - IN_MEMORY);
  expect(figures('thingsio_shard_commands_total')).toBeGreaterThanOrEqual(DEVICES * 4);
  for (const name of ['mailbox_commands', 'restarts_total', 'conflicts_total', 'parked_total', 'defects_total'])
    expect(figures(`thingsio_shard_${name}`), name).toBe(0);
});

async function figuresOf(user: Awaited<ReturnType<typeof openAccount>>): Promise<(name: string) => number> {
  const { body } = await user.call<string>('GET', '/metrics');
  return (name) => {
    const lines = body.split('\n').filter((line) => line.startsWith(`${name}{`));
    expect(lines, name).not.toHaveLength(0);
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  };
}
