/** What every event log must do, whatever stands behind it. An adapter's spec is a row: name, how to open it, what it lacks. */
import { afterEach, beforeEach, describe } from 'vitest';
import type { EventLog } from '#ports';
import { temporaryFolder } from '../../support/event-log/temporary-folder.js';
import { appending } from './appending.js';
import { closing } from './closing.js';
import { following } from './following.js';
import { reading } from './reading.js';
import { snapshots } from './snapshots.js';

export interface LogUnderTest {
  log: EventLog;
  /** Closes it and opens it again on the same folder. */
  reopen(): Promise<EventLog>;
}

export interface Capabilities {
  /** Still there after it was closed and opened again. */
  durable: boolean;
  /** What one append may weigh, where that is less than 8 MiB; more is refused, never split. */
  appendBytesMax?: number;
}

export function eventLogContract(
  name: string,
  open: (dir: string) => EventLog | Promise<EventLog>,
  capabilities: Capabilities = { durable: true },
): void {
  describe(`${name} event log`, () => {
    const sut = {} as LogUnderTest;
    let folder: ReturnType<typeof temporaryFolder>;

    beforeEach(async () => {
      folder = temporaryFolder();
      sut.log = await open(folder.dir);
      sut.reopen = async () => {
        await sut.log.close();
        return (sut.log = await open(folder.dir));
      };
    });
    afterEach(async () => {
      await sut.log.close();
      folder.remove();
    });

    appending(sut);
    reading(sut, capabilities);
    following(sut);
    snapshots(sut);
    closing(sut, capabilities);
  });
}
