/** A process of its own that appends without end and says what was acknowledged, until it is killed. Run from dist. */
import { writeSync } from 'node:fs';
import { openSqliteEventLog, openThreadedSqliteEventLog } from '#adapters/sqlite';
import type { EventLog } from '#ports';
import { newEvent } from './events.js';

/** Streams that append at the same time, and events an append. */
const STREAMS = 24;
const PARTS = 3;

const [dir, mode, run] = process.argv.slice(2) as [string, 'one-thread' | 'threaded', string];
const log = mode === 'threaded' ? await openThreadedSqliteEventLog({ dir }) : openSqliteEventLog({ dir });
await Promise.all(Array.from({ length: STREAMS }, (_, n) => appendForEver(log, `device-a.${run}-${n}`)));

async function appendForEver(to: EventLog, stream: string): Promise<void> {
  for (let revision = -1, n = 0; ; n += 1) {
    const text = 'x'.repeat(n % 10 === 0 ? 20_000 : 100);
    const events = Array.from({ length: PARTS }, (_, part) => newEvent({ stream, n, part, text }));
    const result = await to.append({ stream, expectedRevision: revision, events });
    if (!result.ok) throw new Error(`${stream} has an intruder`);
    revision += PARTS;
    // Written synchronously: what the parent reads was acknowledged before the kill.
    writeSync(1, `${JSON.stringify({ stream, n, revision: result.revision, position: result.position })}\n`);
  }
}
