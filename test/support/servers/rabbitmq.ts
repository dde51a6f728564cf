/** A real RabbitMQ of our own for a test: an Erlang node with its own epmd, cookie, ports and folder, gone when the test process is. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connect } from 'amqplib';

export interface RabbitMq {
  /** Of the default virtual host. */
  url: string;
  /** The URL of a virtual host that nobody has used yet. */
  freshUrl(): Promise<string>;
  /** `rabbitmqctl` on this broker; takes a second or two. */
  ctl(...args: string[]): Promise<string>;
  stop(): Promise<void>;
  /** As `kill -9` does. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; kills it first where it runs. */
  restart(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
}

export interface RabbitMqOptions {
  /** Virtual hosts made at the start, which takes no time; more are made when asked for, which takes some. */
  virtualHosts?: number;
}

const HOME = '/usr/lib/rabbitmq/lib';
const PASSWORD = 'rabbit';
const READY_WITHIN_MS = 90_000;
const scripts = existsSync(HOME) ? readdirSync(HOME).map((version) => join(HOME, version, 'sbin')) : [];
const sbin = scripts.find((dir) => existsSync(join(dir, 'rabbitmq-server')));

/** Debian's package `rabbitmq-server` is installed. */
export const rabbitmqIsHere: boolean = sbin !== undefined;

export async function startRabbitMq({ virtualHosts = 24 }: RabbitMqOptions = {}): Promise<RabbitMq> {
  const dir = await mkdtemp(join(tmpdir(), 'rabbitmq-'));
  const [port, distribution, epmd] = (await freePorts(3)) as [number, number, number];
  const env = environment(dir, { port, distribution, epmd });
  await writeFiles(dir, port, virtualHosts);
  const mapper = spawnOwn('epmd', ['-port', `${epmd}`, '-address', '127.0.0.1'], env);
  let broker: ChildProcess | undefined;
  let used = 0;
  const urlOf = (virtualHost: string) => `amqp://thingsio:${PASSWORD}@127.0.0.1:${port}/${encodeURIComponent(virtualHost)}`;

  const start = async (): Promise<void> => {
    broker = spawnOwn(join(sbin!, 'rabbitmq-server'), [], env);
    await ready(urlOf('/'), broker);
  };
  const ctl = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(join(sbin!, 'rabbitmqctl'), ['--quiet', ...args], { env });
    return stdout.trim();
  };
  const kill = async (): Promise<void> => {
    if (broker) await killed(broker);
    broker = undefined;
  };
  const stop = async (): Promise<void> => {
    await kill();
    await killed(mapper);
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: urlOf('/'),
    freshUrl: async () => {
      const virtualHost = `v${used++}`;
      if (used > virtualHosts) {
        await ctl('add_vhost', virtualHost);
        await ctl('set_permissions', '-p', virtualHost, 'thingsio', '.*', '.*', '.*');
      }
      return urlOf(virtualHost);
    },
    ctl,
    stop,
    kill,
    restart: async () => {
      await kill();
      await start();
    },
    pause: async () => void broker?.kill('SIGSTOP'),
    resume: async () => void broker?.kill('SIGCONT'),
  };
}

function environment(dir: string, { port, distribution, epmd }: { port: number; distribution: number; epmd: number }): NodeJS.ProcessEnv {
  return {
    PATH: `${process.env['PATH']}:/usr/sbin:/usr/bin:/bin`,
    HOME: dir,
    LANG: 'C.UTF-8',
    // The start script then becomes the node itself instead of waiting for it.
    detached: '1',
    ERL_EPMD_PORT: `${epmd}`,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `thingsio${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: `${port}`,
    RABBITMQ_DIST_PORT: `${distribution}`,
    RABBITMQ_MNESIA_BASE: join(dir, 'mnesia'),
    RABBITMQ_LOG_BASE: join(dir, 'log'),
    RABBITMQ_LOGS: join(dir, 'log', 'broker.log'),
    RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'enabled_plugins'),
    RABBITMQ_PID_FILE: join(dir, 'pid'),
  };
}

async function writeFiles(dir: string, port: number, virtualHosts: number): Promise<void> {
  await mkdir(join(dir, 'mnesia'));
  await mkdir(join(dir, 'log'));
  await writeFile(join(dir, '.erlang.cookie'), randomBytes(16).toString('hex'));
  await chmod(join(dir, '.erlang.cookie'), 0o600);
  await writeFile(join(dir, 'enabled_plugins'), '[].');
  await writeFile(join(dir, 'definitions.json'), JSON.stringify(definitions(virtualHosts)));
  const settings = {
    'listeners.tcp.default': `127.0.0.1:${port}`,
    load_definitions: join(dir, 'definitions.json'),
    'raft.wal_max_size_bytes': 32 * 1024 * 1024,
    'disk_free_limit.absolute': '50MB',
  };
  await writeFile(
    join(dir, 'rabbitmq.conf'),
    Object.entries(settings)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(''),
  );
}

function definitions(virtualHosts: number): object {
  const names = ['/', ...Array.from({ length: virtualHosts }, (_, i) => `v${i}`)];
  const salt = randomBytes(4);
  const hash = createHash('sha256').update(salt).update(PASSWORD).digest();
  const user = { name: 'thingsio', password_hash: Buffer.concat([salt, hash]).toString('base64'), tags: 'administrator' };
  return {
    rabbit_version: '3.10.8',
    users: [{ ...user, hashing_algorithm: 'rabbit_password_hashing_sha256', limits: {} }],
    vhosts: names.map((name) => ({ name })),
    permissions: names.map((vhost) => ({ user: 'thingsio', vhost, configure: '.*', write: '.*', read: '.*' })),
  };
}

/** Dies with this process, however it ends. */
function spawnOwn(command: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], { env, stdio: 'ignore', detached: true });
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  try {
    // Its helpers are of its group.
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
  await gone;
}

async function ready(url: string, broker: ChildProcess): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      const connection = await connect(url, { timeout: 5_000 });
      connection.on('error', () => undefined);
      return await connection.close();
    } catch (error) {
      if (broker.exitCode !== null) throw new Error(`RabbitMQ ended with ${broker.exitCode} before it was ready.`, { cause: error });
      if (performance.now() > until) throw new Error('RabbitMQ was not ready in time.', { cause: error });
      await sleep(100);
    }
  }
}

/** Taken together, so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
