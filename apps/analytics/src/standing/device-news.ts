/** What has happened to a device since a revision: how far it is, the oldest time among its new readings, and whether they are to be read
 *  otherwise. */
import { eventsOf, firstRevision, type EventLog } from '#ports';

export interface DeviceNews {
  revision: number;
  position: number;
  /** Infinity where there are no new readings. */
  oldest: number;
  schemaChanged: boolean;
}

/** Undefined where nothing has. */
export async function newsOf(log: EventLog, stream: string, after: number): Promise<DeviceNews | undefined> {
  let news: DeviceNews | undefined;
  for await (const event of eventsOf(log, stream, after + 1)) {
    news ??= { revision: 0, position: 0, oldest: Infinity, schemaChanged: false };
    news.revision = event.revision;
    news.position = event.position;
    if (event.type === 'SchemaRegistered') news.schemaChanged = true;
    if (event.type === 'ReadingsReceived')
      for (const time of (event.data as { time: number[] }).time) news.oldest = Math.min(news.oldest, time);
  }
  return news;
}

/** The newest event of a stream, found by few reads however long it is; undefined where it has none. */
export async function lastOf(log: EventLog, stream: string): Promise<{ revision: number; position: number } | undefined> {
  const end = await firstRevision(log, stream, () => false);
  const [last] = end === 0 ? [] : await log.readStream(stream, end - 1, 1);
  return last && { revision: last.revision, position: last.position };
}
