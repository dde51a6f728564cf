/** A process that is killed while it appends loses nothing that it acknowledged. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { openSqliteEventLog, verifyLog } from '#adapters/sqlite';
import type { EventLog } from '#ports';
import { root } from '../../support/event-log/dist.js';
import { dataOf, everything } from '../../support/event-log/events.js';
import { temporaryFolder } from '../../support/event-log/temporary-folder.js';

const PARTS = 3;

interface Acknowledged {
  stream: string;
  n: number;
  revision: number;
  position: number;
}

describe.each(['one-thread', 'threaded'])('a process with a log (%s) that is killed while it appends', (mode) => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('loses nothing acknowledged and leaves nothing half, again and again', { timeout: 120_000 }, async () => {
    const acknowledged: Acknowledged[] = [];
    for (const [run, appends] of [1, 40, 333, 900, 2_000].entries()) {
      acknowledged.push(...(await appendUntilKilled(folder.dir, mode, `run${run}`, appends)));

      expect(await verifyLog(folder.dir)).toMatchObject({ ok: true });
      const log = openSqliteEventLog({ dir: folder.dir });
      await expectAll(log, acknowledged);
      await log.close();
    }
  });
});

async function expectAll(log: EventLog, acknowledged: Acknowledged[]): Promise<void> {
  const events = await everything(log);
  const byPosition = new Map(events.map((event) => [event.position, event]));
  for (const { stream, n, revision, position } of acknowledged) {
    expect(byPosition.get(position)).toMatchObject({ stream, revision, data: { stream, n, part: 0 } });
    expect(byPosition.get(position + PARTS - 1)).toMatchObject({ stream, revision: revision + PARTS - 1, data: { n, part: PARTS - 1 } });
  }
  const streams = new Map<string, number>();
  for (const { stream, revision, data } of events) {
    const next = streams.get(stream) ?? 0;
    expect(revision).toBe(next);
    expect(data).toMatchObject({ n: Math.floor(next / PARTS), part: next % PARTS });
    streams.set(stream, next + 1);
  }
  for (const [stream, count] of streams) {
    expect(count % PARTS).toBe(0);
    expect(dataOf(await log.readStream(stream, count - 1, 10))).toHaveLength(1);
  }
}

/** Resolves with what it acknowledged; killed in the middle of things, as soon as that are `appends`. */
function appendUntilKilled(dir: string, mode: string, run: string, appends: number): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, [`${root}dist/test/support/event-log/append-until-killed.js`, dir, mode, run], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const acknowledged: Acknowledged[] = [];
  let complaint = '';
  child.stderr.on('data', (text) => (complaint += String(text)));
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      // The last line may be cut off.
      if (line.endsWith('}')) acknowledged.push(JSON.parse(line) as Acknowledged);
      if (acknowledged.length === appends) child.kill('SIGKILL');
    });
    child.on('close', (_, signal) =>
      signal === 'SIGKILL' ? resolve(acknowledged) : reject(new Error(`the child ended by itself: ${complaint}`)),
    );
  });
}
