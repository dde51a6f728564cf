/** What was known of a device at a position, folded from the log: for questions that look back. */
import { deviceStream, type Json, type RecordedEvent } from '#contracts';
import { eventsOf, type EventLog } from '#ports';

/** Events of the device up to a position, in order, a page at a time. */
export async function* eventsUntil(
  log: EventLog,
  { accountId, deviceId, asOf }: { accountId: string; deviceId: string; asOf: number },
): AsyncGenerator<RecordedEvent> {
  for await (const event of eventsOf(log, deviceStream(accountId, deviceId))) {
    if (event.position > asOf) return;
    yield event;
  }
}

/** One field's value of one reading, compound fields put together; undefined where the reading did not carry it. */
export function valueAt(column: unknown, at: number): Json | undefined {
  if (Array.isArray(column)) return (column[at] as Json | undefined) ?? undefined;
  const parts = Object.entries(column as Record<string, unknown[]>).flatMap(([part, values]) =>
    values[at] === null || values[at] === undefined ? [] : [[part, values[at] as Json] as const],
  );
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}
