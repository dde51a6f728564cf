/** The stand-in in a process of its own, which can be killed, paused and started again on the same port and data. */
import { fileURLToPath } from 'node:url';
import { existsSync } from 'node:fs';
import { freePort } from '../servers/free-port.js';
import { startServer, type TestServer } from '../servers/server-process.js';
import { remoteFaults } from './control-server.js';
import type { Faults } from './faults.js';

export interface EventStoreDbOptions {
  /** Largest append; by default what the platform sets its servers to. */
  appendBytesMax?: number;
}

export interface EventStoreDbServer extends TestServer {
  faults: Faults;
}

const root = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/dist\/?$/, '/');
const program = `${root}dist/test/support/eventstoredb/main.js`;

/** EVENTSTORE_MAX_APPEND_SIZE in docker/ and k8s/. */
const APPEND_BYTES_MAX = 16_000_000;

export async function startEventStoreDb({ appendBytesMax = APPEND_BYTES_MAX }: EventStoreDbOptions = {}): Promise<EventStoreDbServer> {
  if (!existsSync(program)) throw new Error('dist is missing: run `node_modules/.bin/tsc -p tsconfig.build.json` first');
  const [port, controlPort] = [await freePort(), await freePort()];
  const faults = remoteFaults(controlPort);
  const args = ['--port', port, '--control-port', controlPort, '--append-bytes-max', appendBytesMax].map(String);
  const server = await startServer(`esdb://127.0.0.1:${port}?tls=false`, {
    name: 'eventstoredb',
    command: (dir) => [process.execPath, program, '--dir', dir, ...args],
    answers: () => faults.figures(),
    stopSignal: 'SIGTERM',
  });
  return { ...server, faults };
}
