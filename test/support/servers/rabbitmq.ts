/** A RabbitMQ broker for tests: an Erlang node with its own epmd, cookie and folder, on free ports of the loopback. */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect } from 'amqplib';
import { freePort } from './free-port.js';
import { startServer, type TestServer } from './server-process.js';

export interface RabbitMq extends TestServer {
  /** The URL of a virtual host that nobody has used yet. */
  freshUrl(): Promise<string>;
  /** `rabbitmqctl` on this broker; takes half a second. */
  ctl(...args: string[]): Promise<string>;
  /** Queues declared a moment ago survive a kill from now on: the broker writes the names of new queues down only seconds later. */
  settle(): Promise<void>;
}

export interface RabbitMqOptions {
  /** Made at the start, which takes no time; more are made when asked for, which takes some. */
  virtualHosts?: number;
}

const LIBRARY = '/usr/lib/rabbitmq/lib';
const SCRIPTS = (existsSync(LIBRARY) ? readdirSync(LIBRARY) : [])
  .map((version) => join(LIBRARY, version, 'sbin'))
  .find((dir) => existsSync(join(dir, 'rabbitmq-server')));
/** Debian's package `rabbitmq-server` is installed. */
export const rabbitmqIsHere = SCRIPTS !== undefined;

const USER = 'thingsio';
const PASSWORD = 'rabbit';

/** Restarted, it was killed: what it confirmed is there again. */
export async function startRabbitMq({ virtualHosts = 24 }: RabbitMqOptions = {}): Promise<RabbitMq> {
  if (SCRIPTS === undefined) throw new Error('rabbitmq-server is not installed');
  const ports: Ports = { amqp: await freePort(), distribution: await freePort(), epmd: await freePort() };
  const urlOf = (virtualHost: string) => `amqp://${USER}:${PASSWORD}@127.0.0.1:${ports.amqp}/${encodeURIComponent(virtualHost)}`;
  let env: Record<string, string> = {};
  const server = await startServer(urlOf('/'), {
    name: 'rabbitmq',
    prepare(dir) {
      env = environment(dir, ports);
      writeFiles(dir, ports, virtualHosts);
    },
    // Its own epmd, which else would stay as a daemon; the start script becomes the node.
    command: () => [
      '/usr/bin/env',
      '-i',
      ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
      ...['/bin/sh', '-c', `epmd -port ${ports.epmd} -address 127.0.0.1 & exec ${SCRIPTS}/rabbitmq-server`],
    ],
    answers: () => handshake(urlOf('/')),
    stopSignal: 'SIGKILL',
  });
  const ctl = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(join(SCRIPTS, 'rabbitmqctl'), ['--quiet', ...args], { env });
    return stdout.trim();
  };
  let used = 0;
  const freshUrl = async (): Promise<string> => {
    const virtualHost = `v${used++}`;
    if (used > virtualHosts) {
      await ctl('add_vhost', virtualHost);
      await ctl('set_permissions', '-p', virtualHost, USER, '.*', '.*', '.*');
    }
    return urlOf(virtualHost);
  };
  const settle = async (): Promise<void> => void (await ctl('eval', 'mnesia:sync_log(), [dets:sync(Table) || Table <- dets:all()].'));
  return { ...server, ctl, freshUrl, settle };
}

interface Ports {
  amqp: number;
  distribution: number;
  epmd: number;
}

function environment(dir: string, { amqp, distribution, epmd }: Ports): Record<string, string> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: dir,
    LANG: 'C.UTF-8',
    detached: '1',
    ERL_EPMD_PORT: `${epmd}`,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `thingsio${amqp}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: `${amqp}`,
    RABBITMQ_DIST_PORT: `${distribution}`,
    RABBITMQ_MNESIA_BASE: join(dir, 'mnesia'),
    RABBITMQ_LOG_BASE: join(dir, 'log'),
    RABBITMQ_LOGS: join(dir, 'log', 'broker.log'),
    RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'enabled_plugins'),
    RABBITMQ_PID_FILE: join(dir, 'pid'),
  };
}

function writeFiles(dir: string, { amqp }: Ports, virtualHosts: number): void {
  for (const folder of ['mnesia', 'log']) mkdirSync(join(dir, folder));
  writeFileSync(join(dir, '.erlang.cookie'), randomBytes(16).toString('hex'), { mode: 0o600 });
  writeFileSync(join(dir, 'enabled_plugins'), '[].');
  writeFileSync(join(dir, 'definitions.json'), JSON.stringify(definitions(virtualHosts)));
  const settings = {
    'listeners.tcp.default': `127.0.0.1:${amqp}`,
    load_definitions: join(dir, 'definitions.json'),
    'raft.wal_max_size_bytes': 32 * 1024 * 1024,
    'disk_free_limit.absolute': '50MB',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  writeFileSync(join(dir, 'rabbitmq.conf'), lines.join(''));
}

function definitions(virtualHosts: number): object {
  const names = ['/', ...Array.from({ length: virtualHosts }, (_, i) => `v${i}`)];
  const salt = randomBytes(4);
  const hash = createHash('sha256').update(salt).update(PASSWORD).digest();
  const user = { name: USER, password_hash: Buffer.concat([salt, hash]).toString('base64'), tags: 'administrator' };
  return {
    rabbit_version: '3.10.8',
    users: [{ ...user, hashing_algorithm: 'rabbit_password_hashing_sha256', limits: {} }],
    vhosts: names.map((name) => ({ name })),
    permissions: names.map((vhost) => ({ user: USER, vhost, configure: '.*', write: '.*', read: '.*' })),
  };
}

async function handshake(url: string): Promise<void> {
  const connection = await connect(url, { timeout: 5_000 });
  connection.on('error', () => undefined);
  await connection.close();
}
