import { afterEach, describe, expect, it } from 'vitest';
import { runCli } from '../../test/run-cli.js';
import { type Script, type ScriptedServer, startScriptedServer } from '../../test/scripted-server.js';

interface Content {
  readings?: object[];
  latest?: object;
  rejections?: object[];
}
const servers: ScriptedServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

const digests = ({ readings, latest, rejections }: Content) => ({
  series: JSON.stringify(readings),
  latest: JSON.stringify(latest),
  ledger: 'x',
  rejections: JSON.stringify(rejections),
});

async function start(devices: Record<string, Content>): Promise<string> {
  const script: Script = { 'GET /devices': { body: { items: Object.keys(devices).map((deviceId) => ({ deviceId })) } } };
  for (const [deviceId, content] of Object.entries(devices)) {
    const { readings = [], latest = {}, rejections = [] } = content;
    script[`GET /devices/${deviceId}/digest`] = { body: { deviceId, position: '9', ...digests(content) } };
    script[`GET /devices/${deviceId}/latest`] = { body: { deviceId, fields: latest } };
    script[`GET /devices/${deviceId}/rejections`] = { body: { items: rejections } };
    // A page of two: what belongs together may be cut.
    script[`GET /devices/${deviceId}/readings`] = (query) => {
      const from = Number(query.get('cursor') ?? 0);
      const items = readings.slice(from, from + 2);
      return { body: { deviceId, items, ...(readings.length > from + 2 && { next: String(from + 2) }) } };
    };
  }
  const server = await startScriptedServer(script);
  servers.push(server);
  return server.url;
}

async function compare(here: Record<string, Content>, there: Record<string, Content>) {
  const [one, other] = [await start(here), await start(there)];
  return runCli(one, ['verify', 'devices', '--against', other, '--against-key', 'k']);
}

const at = (time: string, t: number) => ({
  time: `2026-05-01T12:00:0${time}Z`,
  recordedAt: String(Math.random()),
  position: '1',
  values: { t },
});

describe('thingsio verify devices', () => {
  it('ends with 0 where every device is equal', async () => {
    const devices = { d1: { readings: [at('0', 1)] }, d2: {} };
    expect(await compare(devices, devices)).toMatchObject({ code: 0, text: '✓ 2 devices equal on both servers.' });
  });

  it('walks down to the first reading that differs', async () => {
    const here = [at('0', 1), at('1', 2), at('2', 3), at('3', 4)];
    const there = [at('0', 1), at('1', 2), at('2', 7), at('3', 8)];
    const { code, text } = await compare({ d1: {}, d2: { readings: here } }, { d1: {}, d2: { readings: there } });
    expect(code).toBe(1);
    expect(text).toMatch(/^d2 +DIFFERS +equal/m);
    expect(text).toContain('✗ 1 of 2 devices differ between the servers.');
    expect(text).toContain('is in its series, at 2026-05-01T12:00:02Z:');
    expect(text).toContain('here   {"time":"2026-05-01T12:00:02Z","values":{"t":3}}');
    expect(text).toContain('there  {"time":"2026-05-01T12:00:02Z","values":{"t":7}}');
  });

  it('takes readings of one time for equal in whatever order they came', async () => {
    const here = [at('0', 0), at('1', 1), at('1', 2), at('2', 5)];
    const there = [at('0', 0), at('1', 2), at('1', 1)];
    const { text } = await compare({ d1: { readings: here } }, { d1: { readings: there } });
    expect(text).toContain('at 2026-05-01T12:00:02Z:');
    expect(text).toContain('there  (not there)');
  });

  it('names the value or the verdict that differs where the series agree', async () => {
    const latest = (value: number) => ({ t: { value, time: 'x' }, u: { value: 1, time: 'x' } });
    const { text } = await compare({ d1: { latest: latest(1) } }, { d1: { latest: latest(2) } });
    expect(text).toContain('is in its latest, at "t":');
    const verdict = (code: string) => [
      { index: 0, code: 'a', message: 'm', reading: 1 },
      { index: 1, code, message: 'm', reading: 1 },
    ];
    const refused = await compare({ d1: { rejections: verdict('b') } }, { d1: { rejections: verdict('c') } });
    expect(refused.text).toContain('is in its rejections, 2 from the newest:');
  });

  it('names a device that only one server has', async () => {
    const { code, text } = await compare({ d1: {}, d2: {} }, { d1: {} });
    expect(code).toBe(1);
    expect(text).toContain('is not on the other server');
  });
});
