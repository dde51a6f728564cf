/** A PostgreSQL server for tests, on a free port of the loopback, with as many fresh databases as a suite wants. */
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.js';
import { run, startServer, type TestServer } from './server-process.js';

export interface PostgresServer extends TestServer {
  /** The URL of a database of its own, empty. Made from the server's template: some 50 ms. */
  freshDatabase(): Promise<string>;
}

export interface PostgresOptions {
  /** True where a test kills the machine, so to say; else the disk is not waited for. */
  fsync?: boolean;
  /** Further settings of the server: `['max_connections=20']`. */
  settings?: string[];
}

const VERSIONS = '/usr/lib/postgresql';
const bin = existsSync(VERSIONS)
  ? readdirSync(VERSIONS)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(VERSIONS, version, 'bin'))
      .find((folder) => existsSync(join(folder, 'initdb')))
  : undefined;

export const postgresIsHere = bin !== undefined;

const PASSWORD = 'not-secret';
const isRoot = process.getuid?.() === 0;
/** PostgreSQL refuses to run as root: Debian's package has made a user for it. */
const asServer = (program: string, args: string[]): [string, ...string[]] =>
  isRoot ? ['/usr/bin/setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...args] : [program, ...args];

export async function startPostgres({ fsync = false, settings = [] }: PostgresOptions = {}): Promise<PostgresServer> {
  if (bin === undefined) throw new Error('PostgreSQL is not installed here');
  const port = await freePort();
  const url = `postgres://thingsio:${PASSWORD}@127.0.0.1:${port}/postgres`;
  const all = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'shared_buffers=64MB', ...settings];
  if (!fsync) all.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  const server = await startServer(url, {
    name: 'postgres',
    prepare: (dir) => initialise(bin, dir),
    command: (dir) => asServer(join(bin, 'postgres'), ['-D', join(dir, 'data'), ...all.flatMap((setting) => ['-c', setting])]),
    answers: () => ask(url, 'select 1'),
    // A fast shutdown: sessions are ended, everything is written.
    stopSignal: 'SIGINT',
  });
  let databases = 0;
  return {
    ...server,
    async freshDatabase() {
      const name = `d${process.pid}_${databases++}`;
      await ask(url, `create database ${name}`);
      return url.replace(/postgres$/, name);
    },
  };
}

function initialise(folder: string, dir: string): void {
  const [data, passwordFile] = [join(dir, 'data'), join(dir, 'password')];
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(passwordFile, PASSWORD);
  if (isRoot) for (const path of [dir, data, passwordFile]) chownSync(path, ...userOf('postgres'));
  // An order of text as people's servers have it, in which "a" comes before "B": what relies on the order of bytes must say so.
  const order = ['-E', 'UTF8', '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en-US'];
  const args = ['-D', data, '-U', 'thingsio', ...order, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-N', '--no-instructions'];
  const [program, ...rest] = asServer(join(folder, 'initdb'), args);
  run(program, rest);
}

function userOf(name: string): [uid: number, gid: number] {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`));
  const [, , uid, gid] = (line ?? '').split(':').map(Number);
  return [uid!, gid!];
}

async function ask(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
