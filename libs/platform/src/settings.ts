/** Every setting, its default and its reason. The only place that reads flags and the environment. */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { CELLS_MAX } from '#domain';
import {
  addresses,
  oneOf,
  proxies,
  type Reader,
  secretText,
  serverUrl,
  SettingsError,
  share,
  text,
  url,
  whole,
} from './setting-readers.js';

export { SettingsError } from './setting-readers.js';

export interface Settings {
  platform: 'embedded' | 'distributed';
  host: string;
  port: number;
  dataDir: string;
  logLevel: LogLevel;
  shardWorkers: number;
  /** `full`: every acknowledgement is fsynced. `normal`: survives a crash of the process, not of the machine. */
  durability: 'full' | 'normal';
  tileServer: string | undefined;
  sessionHours: number;
  /** Whose word on who asks, and how, is taken; nobody's where undefined. */
  trustedProxies: readonly string[] | undefined;
  /** Health and metrics of the apps that have no other door. */
  healthPort: number;
  /** E-mail addresses of the accounts that may operate; every account where undefined. */
  operators: readonly string[] | undefined;
  /** What keyed answers derive their secrets from; made and kept by the platform where undefined. */
  secret: string | undefined;
  /** Shares into which projections are dealt out among projectors. */
  projectorParts: number;
  /** Where the servers of the distributed platform are. */
  servers: ServerUrls;
  rabbitmqQueueType: 'quorum' | 'classic';
  /** Analyses that one process computes at once. */
  analyticsWorkers: number;
  notifications: NotificationSettings;
  /** Where traces go; there are none where undefined. */
  otlpEndpoint: string | undefined;
  /** Share of the requests without a trace of their own that are traced. */
  traceRatio: number;
  limits: Limits;
}

/** How people are told of alerts. */
export interface NotificationSettings {
  /** No e-mail is sent where undefined. */
  smtpUrl: string | undefined;
  mailFrom: string;
  /** Whether webhooks may go to private networks and to this machine. */
  webhooksPrivate: 'allow' | 'refuse';
}

/** A URL each; undefined where the setting is missing. */
export interface ServerUrls {
  rabbitmq: string | undefined;
  eventstoredb: string | undefined;
  influxdb: string | undefined;
  postgres: string | undefined;
  redis: string | undefined;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface Limits {
  bodyBytesMax: number;
  readingsPerRequestMax: number;
  fieldsPerSchemaMax: number;
  keyRequestsPerSecondMax: number;
  keyReadingsPerSecondMax: number;
  mailboxCommandsMax: number;
  inFlightBytesMax: number;
  seriesPointsMax: number;
  parkAfterTries: number;
  entitiesInMemoryMax: number;
  idleMinutes: number;
  snapshotEveryEvents: number;
  signInsPerMinuteMax: number;
  analysisValuesMax: number;
}

export const DEFAULT_LIMITS: Limits = {
  bodyBytesMax: 8 * 1024 * 1024,
  readingsPerRequestMax: 10_000,
  fieldsPerSchemaMax: 1_000,
  keyRequestsPerSecondMax: 1_000,
  keyReadingsPerSecondMax: 200_000,
  mailboxCommandsMax: 1_000,
  inFlightBytesMax: 64 * 1024 * 1024,
  seriesPointsMax: 100_000,
  parkAfterTries: 5,
  entitiesInMemoryMax: 100_000,
  idleMinutes: 5,
  snapshotEveryEvents: 500,
  signInsPerMinuteMax: 10,
  analysisValuesMax: 20_000_000,
};

/** One setting as `thingsio config` lists it. */
export interface SettingDescription {
  name: string;
  flag: string;
  env: string;
  default: string;
  /** Those it takes, where they are few. */
  values?: readonly string[];
  reason: string;
}

interface Row<T> {
  flag: string;
  env: string;
  read: Reader<T>;
  fallback: () => T;
  reason: string;
}

const row = <T>(flag: string, env: string, read: Reader<T>, fallback: () => T, reason: string): Row<T> => ({
  flag,
  env,
  read,
  fallback,
  reason,
});
const limit = (name: keyof Limits, env: string, reason: string, max = 1e12): Row<number> =>
  row(`--limit-${env.toLowerCase().replaceAll('_', '-')}`, `THINGSIO_LIMIT_${env}`, whole(1, max), () => DEFAULT_LIMITS[name], reason);

const MAIN = {
  platform: row(
    '--platform',
    'THINGSIO_PLATFORM',
    oneOf('embedded', 'distributed'),
    () => 'embedded' as 'embedded' | 'distributed',
    'embedded: one process without servers. distributed: each app alone, in any number, on the five servers below.',
  ),
  host: row(
    '--host',
    'THINGSIO_HOST',
    text,
    () => '127.0.0.1',
    'Loopback, so that nothing is reachable from outside before somebody wants it; 0.0.0.0 opens it.',
  ),
  port: row('--port', 'THINGSIO_PORT', whole(0, 65_535), () => 3000, 'HTTP and Socket.IO; 0 takes a free one.'),
  dataDir: row(
    '--data',
    'THINGSIO_DATA_DIR',
    (value) => resolve(value),
    () => resolve('data'),
    'Everything that must survive lies in this folder.',
  ),
  logLevel: row(
    '--log-level',
    'THINGSIO_LOG_LEVEL',
    oneOf<LogLevel>('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    () => 'warn' as LogLevel,
    'A line for what somebody should act on; info tells of starts and stops too.',
  ),
  shardWorkers: row(
    '--shard-workers',
    'THINGSIO_SHARD_WORKERS',
    whole(1, 256),
    () => Math.max(1, availableParallelism() - 1),
    'Cores − 1: one core is left to the doors.',
  ),
  durability: row(
    '--durability',
    'THINGSIO_DURABILITY',
    oneOf('full', 'normal'),
    () => 'full' as const,
    'full: an answer means fsynced. normal: faster, but a power cut may take the last moments.',
  ),
  tileServer: row(
    '--tile-server',
    'THINGSIO_TILE_SERVER',
    url as (value: string) => string | undefined,
    () => undefined,
    'URL template of raster tiles, e.g. https://tile.example.org/{z}/{x}/{y}.png; the shipped vector map when unset.',
  ),
  sessionHours: row(
    '--session-hours',
    'THINGSIO_SESSION_HOURS',
    whole(1, 8_760),
    () => 168,
    'A week: short enough for a lost laptop, long enough for a wall display.',
  ),
  trustedProxies: row(
    '--trusted-proxies',
    'THINGSIO_TRUSTED_PROXIES',
    proxies as (value: string) => readonly string[] | undefined,
    () => undefined,
    'Proxies whose X-Forwarded-For and -Proto are believed, with commas between: 10.0.0.0/8, uniquelocal. Behind any other, all users are one address.',
  ),
  healthPort: row(
    '--health-port',
    'THINGSIO_HEALTH_PORT',
    whole(0, 65_535),
    () => 9464,
    'Health and metrics of ingestor, projector and analytics; the api has them on its own port. 0 takes a free one.',
  ),
  operators: row(
    '--operators',
    'THINGSIO_OPERATORS',
    addresses as (value: string) => readonly string[] | undefined,
    () => undefined,
    'E-mail addresses, with commas between, of the accounts that may hold the scope `operate`; every account may when unset.',
  ),
  secret: row(
    '--secret',
    'THINGSIO_SECRET',
    secretText as (value: string) => string | undefined,
    () => undefined,
    'What keyed answers derive their secrets from, 32 characters or more; made at the first start and kept with the data when unset.',
  ),
  projectorParts: row(
    '--projector-parts',
    'THINGSIO_PROJECTOR_PARTS',
    whole(1, 256),
    () => 16,
    'Shares into which the projections are dealt out among projectors (distributed). Fixed once data is there: another number is then refused.',
  ),
  rabbitmqQueueType: row(
    '--rabbitmq-queue-type',
    'THINGSIO_RABBITMQ_QUEUE_TYPE',
    oneOf('quorum', 'classic'),
    () => 'quorum' as const,
    'quorum: replicated over the nodes of the broker. classic: durable on one node, a little faster.',
  ),
  analyticsWorkers: row(
    '--analytics-workers',
    'THINGSIO_ANALYTICS_WORKERS',
    whole(1, 64),
    () => Math.max(1, availableParallelism() - 1),
    'Analyses computed at once by one process, each on a thread of its own: one core is left to what is live.',
  ),
  otlpEndpoint: row(
    '--otlp-endpoint',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    serverUrl('http', 'https') as (value: string) => string | undefined,
    () => undefined,
    'Of an OpenTelemetry collector over HTTP, e.g. http://collector:4318; nothing is traced, and nothing is slower, when unset.',
  ),
  traceRatio: row(
    '--trace-ratio',
    'THINGSIO_TRACE_RATIO',
    share,
    () => 0.1,
    'One request in ten shows where time goes. A request with a `traceparent` is traced when that says so.',
  ),
} satisfies Record<string, Row<unknown>>;

const NOTIFICATIONS: { [K in keyof NotificationSettings]: Row<NotificationSettings[K]> } = {
  smtpUrl: row(
    '--smtp-url',
    'THINGSIO_SMTP_URL',
    serverUrl('smtp', 'smtps') as (value: string) => string | undefined,
    () => undefined,
    'The mail server that alerts are sent through, e.g. smtp://user:password@mail.example.org:587; no e-mail is sent when unset.',
  ),
  mailFrom: row('--mail-from', 'THINGSIO_MAIL_FROM', text, () => 'thingsIO <alerts@localhost>', 'Who e-mails come from.'),
  webhooksPrivate: row(
    '--webhooks-private',
    'THINGSIO_WEBHOOKS_PRIVATE',
    oneOf('allow', 'refuse'),
    () => 'refuse' as 'allow' | 'refuse',
    'refuse: no webhook goes to a private network or this machine, so that nobody can ask them for something by an alert rule.',
  ),
};

const LIMITS: { [K in keyof Limits]: Row<number> } = {
  bodyBytesMax: limit('bodyBytesMax', 'BODY_BYTES', 'After decompression; a batch of 10,000 wide readings fits.', 1 << 30),
  readingsPerRequestMax: limit(
    'readingsPerRequestMax',
    'READINGS_PER_REQUEST',
    `One batch is one event; larger ones hold up the others of its shard. Readings of one device times the fields that any of them carries are at most ${CELLS_MAX.toLocaleString('en')}: an event has a place for each.`,
  ),
  fieldsPerSchemaMax: limit('fieldsPerSchemaMax', 'FIELDS_PER_SCHEMA', 'A row of the series store stays readable.', 1_000),
  keyRequestsPerSecondMax: limit('keyRequestsPerSecondMax', 'KEY_REQUESTS_PER_SECOND', 'One key cannot take the whole service.'),
  keyReadingsPerSecondMax: limit('keyReadingsPerSecondMax', 'KEY_READINGS_PER_SECOND', 'About a third of what two cores take in.'),
  mailboxCommandsMax: limit('mailboxCommandsMax', 'MAILBOX_COMMANDS', 'One device cannot fill the memory; its sender is told to wait.'),
  inFlightBytesMax: limit('inFlightBytesMax', 'IN_FLIGHT_BYTES', 'Bodies taken and not yet decided; beyond it the door answers 503.'),
  seriesPointsMax: limit(
    'seriesPointsMax',
    'SERIES_POINTS',
    'More points than any screen has pixels; then fewer are given, and it is said. All columns of an answer together have at most 2,000,000.',
    10_000_000,
  ),
  parkAfterTries: limit('parkAfterTries', 'PARK_AFTER_TRIES', 'A poisonous command stops its entity no more often than this.', 100),
  entitiesInMemoryMax: limit('entitiesInMemoryMax', 'ENTITIES_IN_MEMORY', 'At 2 kB each about 200 MB; the least recently used make room.'),
  idleMinutes: limit('idleMinutes', 'IDLE_MINUTES', 'A device that posts every few minutes stays awake.', 10_000),
  snapshotEveryEvents: limit('snapshotEveryEvents', 'SNAPSHOT_EVERY_EVENTS', 'Bounds the tail that waking reads.', 1_000_000),
  signInsPerMinuteMax: limit(
    'signInsPerMinuteMax',
    'SIGN_INS_PER_MINUTE',
    'Guessing passwords from one address is slow; loopback is exempt.',
    1_000_000,
  ),
  analysisValuesMax: limit(
    'analysisValuesMax',
    'ANALYSIS_VALUES',
    'An analysis has what it reads in memory: ten million numbers and what comes of them take some 0.8 GB. Standing analyses read any number.',
  ),
};

const server = (flag: string, env: string, protocols: string[], reason: string): Row<string | undefined> =>
  row(flag, env, serverUrl(...protocols) as (value: string) => string | undefined, () => undefined, reason);

const SERVERS: { [K in keyof ServerUrls]: Row<string | undefined> } = {
  rabbitmq: server('--rabbitmq-url', 'RABBITMQ_URL', ['amqp', 'amqps'], 'The command queue and the queue of analyses (distributed).'),
  eventstoredb: server(
    '--eventstoredb-url',
    'EVENTSTOREDB_URL',
    ['esdb', 'esdb+discover', 'kurrentdb', 'kurrentdb+discover'],
    'The event log (distributed).',
  ),
  influxdb: server('--influxdb-url', 'INFLUXDB_URL', ['http', 'https'], 'The series (distributed).'),
  postgres: server('--postgres-url', 'POSTGRES_URL', ['postgres', 'postgresql'], 'The views (distributed).'),
  redis: server('--redis-url', 'REDIS_URL', ['redis', 'rediss'], 'Live messages and shared limits (distributed).'),
};

type Source = { flags: Map<string, string>; env: NodeJS.ProcessEnv };

/** The URL of a server; throws `SettingsError` where the distributed platform cannot start without it. */
export function needServer({ servers }: Settings, name: keyof ServerUrls): string {
  const given = servers[name];
  if (given !== undefined) return given;
  const { env, reason } = SERVERS[name];
  throw new SettingsError(`${env} is missing: the distributed platform needs it. ${reason}`);
}

/** Reads and checks all settings; throws one `SettingsError` naming what is wrong, and where. */
export function readSettings(argv: string[] = process.argv.slice(2), env: NodeJS.ProcessEnv = process.env): Settings {
  const source = { flags: readFlags(argv), env };
  const main = Object.fromEntries(Object.entries(MAIN).map(([name, it]) => [name, value(it as Row<unknown>, source)]));
  const limits = Object.fromEntries(Object.entries(LIMITS).map(([name, it]) => [name, value(it, source)]));
  const notifications = Object.fromEntries(Object.entries(NOTIFICATIONS).map(([name, it]) => [name, value(it as Row<unknown>, source)]));
  const servers = Object.fromEntries(Object.entries(SERVERS).map(([name, it]) => [name, value(it, source)]));
  const { platform, projectorParts, ...others } = main as unknown as Omit<Settings, 'limits' | 'servers' | 'notifications'>;
  return {
    ...others,
    platform,
    // One process has nobody to share with.
    projectorParts: platform === 'embedded' ? 1 : projectorParts,
    notifications: notifications as unknown as NotificationSettings,
    limits: limits as unknown as Limits,
    servers: servers as unknown as ServerUrls,
  };
}

/** All settings with their names, defaults and reasons. */
export function describeSettings(): SettingDescription[] {
  return [...Object.entries(MAIN), ...Object.entries(NOTIFICATIONS), ...Object.entries(SERVERS), ...Object.entries(LIMITS)].map(
    ([name, it]) => ({
      name,
      flag: it.flag,
      env: it.env,
      default: String(it.fallback() ?? 'unset'),
      ...(it.read.values && { values: it.read.values }),
      reason: it.reason,
    }),
  );
}

function value<T>(it: Row<T>, { flags, env }: Source): T {
  const flag = flags.get(it.flag);
  const given = flag ?? env[it.env];
  if (given === undefined || given === '') return it.fallback();
  try {
    return it.read(given);
  } catch (error) {
    throw new SettingsError(`${flag === undefined ? it.env : it.flag} ${(error as Error).message}`);
  }
}

function readFlags(argv: string[]): Map<string, string> {
  const known = new Set(
    [...Object.values(MAIN), ...Object.values(NOTIFICATIONS), ...Object.values(SERVERS), ...Object.values(LIMITS)].map((it) => it.flag),
  );
  const flags = new Map<string, string>();
  for (let at = 0; at < argv.length; at++) {
    const [name, inline] = splitFlag(argv[at]!);
    if (!known.has(name)) throw new SettingsError(`${name} is not a setting; --help lists them`);
    const given = inline ?? argv[++at];
    if (given === undefined) throw new SettingsError(`${name} needs a value`);
    flags.set(name, given);
  }
  return flags;
}

function splitFlag(argument: string): [string, string | undefined] {
  const equals = argument.indexOf('=');
  return equals < 0 ? [argument, undefined] : [argument.slice(0, equals), argument.slice(equals + 1)];
}
