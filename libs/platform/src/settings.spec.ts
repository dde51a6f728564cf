import { describe, expect, it } from 'vitest';
import { describeSettings, needServer, readSettings, SettingsError } from './settings.js';

describe('settings', () => {
  it('has a default for everything', () => {
    const settings = readSettings([], {});
    expect(settings).toMatchObject({ platform: 'embedded', port: 3000, durability: 'full', limits: { readingsPerRequestMax: 10_000 } });
  });

  it('prefers a flag to the environment', () => {
    expect(readSettings(['--port', '4000'], { THINGSIO_PORT: '5000' }).port).toBe(4000);
    expect(readSettings(['--port=4001'], {}).port).toBe(4001);
    expect(readSettings([], { THINGSIO_PORT: '5000' }).port).toBe(5000);
  });

  it.each([
    [['--port', 'x'], {}, '--port must be a whole number from 0 to 65535, not "x"'],
    [[], { THINGSIO_PORT: '70000' }, 'THINGSIO_PORT must be a whole number from 0 to 65535, not "70000"'],
    [['--prot', '1'], {}, '--prot is not a setting'],
    [['--port'], {}, '--port needs a value'],
    [[], { THINGSIO_PLATFORM: 'moon' }, 'THINGSIO_PLATFORM must be one of'],
    [[], { RABBITMQ_URL: 'localhost:5672' }, 'RABBITMQ_URL must be a URL that begins with amqp:// or amqps://'],
    [[], { THINGSIO_OPERATORS: 'ada@example.org, nobody' }, 'THINGSIO_OPERATORS must be e-mail addresses'],
    [[], { THINGSIO_SECRET: 'short' }, 'THINGSIO_SECRET must have 32 characters or more'],
    [[], { THINGSIO_TRUSTED_PROXIES: 'everyone' }, 'THINGSIO_TRUSTED_PROXIES must be addresses, networks'],
    [[], { THINGSIO_TRACE_RATIO: '2' }, 'THINGSIO_TRACE_RATIO must be a number from 0 to 1'],
    [[], { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT must be a URL'],
    [[], { THINGSIO_TILE_SERVER: 'javascript:alert(1)' }, 'THINGSIO_TILE_SERVER must be a URL'],
  ])('says in one line what is wrong with %j %j', (argv, env, message) => {
    expect(() => readSettings(argv, env)).toThrow(SettingsError);
    expect(() => readSettings(argv, env)).toThrow(message);
  });

  it('names the server that is missing', () => {
    const settings = readSettings(['--redis-url', 'redis://127.0.0.1:6379'], { EVENTSTOREDB_URL: 'esdb://127.0.0.1:2113?tls=false' });
    expect(needServer(settings, 'redis')).toBe('redis://127.0.0.1:6379');
    expect(needServer(settings, 'eventstoredb')).toBe('esdb://127.0.0.1:2113?tls=false');
    expect(() => needServer(settings, 'postgres')).toThrow('POSTGRES_URL is missing');
  });

  it('tells which values a setting takes, where they are few', () => {
    const told = Object.fromEntries(describeSettings().map(({ flag, values }) => [flag, values]));
    expect(told['--webhooks-private']).toEqual(['allow', 'refuse']);
    expect(told['--log-level']).toContain('debug');
    expect(told['--port']).toBeUndefined();
  });

  it('gives every setting a flag, a variable and a reason of their own', () => {
    const all = describeSettings();
    expect(new Set(all.map((it) => it.flag)).size).toBe(all.length);
    expect(new Set(all.map((it) => it.env)).size).toBe(all.length);
    for (const it of all) expect(it.reason.length).toBeGreaterThan(10);
  });
});
