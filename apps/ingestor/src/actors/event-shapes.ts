/** The current version of every event's shape, and how an older one is read: as the registry has it. */
import { eventVersionOf, upcastEvent } from '#contracts';

export const eventShapes = { eventVersion: eventVersionOf, upcast: upcastEvent };
