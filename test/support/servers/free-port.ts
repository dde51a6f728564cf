/** A port of the loopback that nobody listens on, for servers that are killed and find it free when they are started again.
 *  The kernel gives ports from 32768 on to connections, and to whoever listens on port 0: these are below. Each worker of a test run has
 *  a range of its own, so that none is given the port for which another's server is just starting. */
import { once } from 'node:events';
import { createServer } from 'node:net';

const FIRST = 10_000;
const PER_WORKER = 1_000;
const WORKERS = 22;

const worker = Number(process.env['VITEST_POOL_ID'] ?? 0) % WORKERS;
/** Begins anywhere: another run of the tests may have the same range. */
let given = Math.floor(Math.random() * PER_WORKER);

export async function freePort(): Promise<number> {
  for (let tried = 0; tried < PER_WORKER; tried++) {
    const port = FIRST + worker * PER_WORKER + (given++ % PER_WORKER);
    if (await isFree(port)) return port;
  }
  throw new Error(`every port of worker ${worker} is taken`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
