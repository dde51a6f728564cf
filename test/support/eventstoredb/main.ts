/** The stand-in as a process of its own: `node dist/test/support/eventstoredb/main.js --dir DIR --port N --control-port N`. */
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openControlServer } from './control-server.js';
import { openStandIn } from './stand-in.js';

const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    port: { type: 'string', default: '2113' },
    'control-port': { type: 'string', default: '0' },
    'append-bytes-max': { type: 'string' },
  },
});
const { dir } = values;
if (dir === undefined) throw new Error('--dir is missing: the folder that holds the events');
mkdirSync(dir, { recursive: true });

const standIn = await openStandIn({
  dir,
  port: Number(values.port),
  ...(values['append-bytes-max'] && { appendBytesMax: Number(values['append-bytes-max']) }),
  die: () => process.kill(process.pid, 'SIGKILL'),
});
const control = await openControlServer(standIn.faults, Number(values['control-port']));
process.stdout.write(`${standIn.url}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    control.close();
    control.closeAllConnections();
    void standIn.close().then(() => process.exit(0));
  });
}
