/** A thread that appends through a connection it was given, as a shard does. Run from dist. */
import { parentPort, workerData } from 'node:worker_threads';
import { connectSqliteEventLog, type SqliteEventLogConnection } from '#adapters/sqlite';
import { append } from './events.js';

const { connection, streams, appends } = workerData as { connection: SqliteEventLogConnection; streams: string[]; appends: number };
const log = connectSqliteEventLog(connection);
let won = 0;
let conflicts = 0;
let unknown = 0;

await Promise.all(
  streams.map(async (stream) => {
    for (let done = 0, revision = -1; done < appends;) {
      try {
        const result = await append(log, stream, revision, { stream, done });
        if (result.ok) {
          revision = result.revision;
          done += 1;
          won += 1;
        } else {
          revision = result.actualRevision;
          conflicts += 1;
        }
      } catch (error) {
        if ((error as Error).name !== 'UnknownOutcomeError') throw error;
        unknown += 1;
        revision = (await log.readStream(stream, 0, 100_000)).length - 1;
      }
      parentPort!.postMessage({ progress: won });
    }
  }),
);
await log.close();
parentPort!.postMessage({ won, conflicts, unknown });
