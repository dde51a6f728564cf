/** What has happened to a device since a revision: how far it is, the oldest time among its new readings, and whether they are to be read
 *  otherwise. */
import { eventsOf, type EventLog } from '#ports';

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
  const at = async (revision: number) => (await log.readStream(stream, revision, 1))[0];
  let found = await at(0);
  if (!found) return undefined;
  let [low, step] = [0, 1];
  for (let next = await at(low + step); next; next = await at(low + step)) {
    [found, low, step] = [next, low + step, step * 2];
  }
  for (let high = low + step; high - low > 1;) {
    const middle = Math.floor((low + high) / 2);
    const event = await at(middle);
    if (event) [found, low] = [event, middle];
    else high = middle;
  }
  return { revision: found.revision, position: found.position };
}
