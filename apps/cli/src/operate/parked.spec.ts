import { afterEach, describe, expect, it } from 'vitest';
import { runCli } from '../../test/run-cli.js';
import { type Script, type ScriptedServer, startScriptedServer } from '../../test/scripted-server.js';

const parked = (commandId: string) => ({
  parkedId: `p-${commandId}`,
  type: 'ReceiveReadings',
  stream: 'device-a1.d1',
  deviceId: 'd1',
  accountId: 'a1',
  parkedAt: '2026-05-01T12:00:00.000Z',
  tries: 5,
  error: { code: 'TypeError', message: 'a bug' },
  commandId,
  correlationId: 'r1',
  bodyBytes: 13,
  bodyStart: '[{"t": 20.5}]',
});

let server: ScriptedServer;
afterEach(() => server.close());
const LIST = { 'GET /parked-commands': { body: { items: [parked('abc1-1'), parked('abc2-2')] } } };
const run = async (script: Script, ...words: string[]) => {
  server = await startScriptedServer({ ...LIST, ...script });
  return runCli(server.url, ['parked', ...words]);
};

describe('thingsio parked', () => {
  it('lists them when nothing else is said', async () => {
    const { text } = await run({});
    expect(text).toMatch(/^abc1-1 +ReceiveReadings +d1 .* 5 +a bug$/m);
  });

  it('says when there is none', async () => {
    expect((await run({ 'GET /parked-commands': { body: { items: [] } } }, 'list')).text).toBe('No command is parked.');
  });

  it('shows one by the beginning of its id, with its body', async () => {
    const { text } = await run({}, 'show', 'abc2');
    expect(text).toContain('abc2-2');
    expect(text).toContain('[{"t": 20.5}]');
  });

  it.each([
    ['abc', '2 parked commands have an id that begins with "abc"'],
    ['xyz', 'No parked command\'s id begins with "xyz"'],
  ])('does not guess which "%s" is', async (id, message) => {
    await expect(run({}, 'drop', id)).rejects.toThrow(message);
    expect(server.asked.every((line) => line.startsWith('GET'))).toBe(true);
  });

  it('tries them again, and ends with 1 where one fails again', async () => {
    const script: Script = {
      'POST /parked-commands/p-abc1-1/retries': { body: { outcome: 'accepted', tries: 6, position: '9' } },
      'POST /parked-commands/p-abc2-2/retries': { body: { outcome: 'failed', tries: 10, message: 'a bug' } },
    };
    const { code, text } = await run(script, 'retry', 'abc1', 'abc2');
    expect(code).toBe(1);
    expect(text).toContain('ReceiveReadings abc1-1 of d1 was accepted, at position 9.');
    expect(text).toContain('failed again, and stays parked after 10 tries: a bug');
  });

  it('drops one, and says why', async () => {
    const { code } = await run({ 'DELETE /parked-commands/p-abc1-1': { status: 204 } }, 'drop', 'abc1', '--reason', 'a test');
    expect(code).toBe(0);
    expect(server.asked.at(-1)).toBe('DELETE /parked-commands/p-abc1-1 reason=a+test');
  });
});
