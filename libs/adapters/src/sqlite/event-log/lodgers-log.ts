/** The log of somebody who lodges on the writer's thread. */
import type { EventLog } from '#ports';
import { LinkedSqliteEventLog } from './linked-sqlite-event-log.js';
import { OwnWriterLink } from './own-writer-link.js';
import type { Lodger } from './serve-writer.js';

export function openLodgersLog({ dir, writer }: Pick<Lodger, 'dir' | 'writer'>): EventLog {
  return new LinkedSqliteEventLog(dir, (onHead) => new OwnWriterLink(writer, onHead));
}
