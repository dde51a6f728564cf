/** The current version of every event's shape. An older one is read through an upcaster, never rewritten; there is none yet, for every shape is its first. */
import type { RecordedEvent } from '#contracts';

export const eventShapes = {
  eventVersion: (): number => 1,
  upcast: (event: RecordedEvent): RecordedEvent => event,
};
