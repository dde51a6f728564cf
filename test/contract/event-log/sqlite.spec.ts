import { expect, it } from 'vitest';
import { openSqliteEventLog } from '#adapters/sqlite';
import { append, dataOf } from '../../support/event-log/events.js';
import { temporaryFolder } from '../../support/event-log/temporary-folder.js';
import { eventLogContract } from './event-log-contract.js';

eventLogContract('SQLite', (dir) => openSqliteEventLog({ dir }));
eventLogContract('SQLite (durability normal)', (dir) => openSqliteEventLog({ dir, durability: 'normal' }));

it('gives a follower of SQLite that wants none of a batch only the last of it', async () => {
  const folder = temporaryFolder();
  const log = openSqliteEventLog({ dir: folder.dir });
  for (let n = 0; n < 10; n += 1) await append(log, `device-a.${n}`, -1, n);
  const given = await new Promise<unknown[]>((resolve) => {
    const wants = (_type: string, stream: string): boolean => stream === 'device-a.8';
    const all: unknown[] = [];
    log.follow(0, { batchMax: 5, wants }, async (events) => {
      all.push(...dataOf(events));
      if (all.includes(9)) resolve(all);
    });
  });
  await log.close();
  folder.remove();

  expect(given).toEqual([4, 8, 9]);
});
