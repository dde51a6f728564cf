/** What every event log refuses, whichever it is: a bug of the caller. */
import type { AppendRequest } from '#ports';

/** With the `u` flag a pair is one character, so this finds the lone ones: they have no UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Throws `TypeError`. */
export function checkAppend({ stream, events }: AppendRequest): void {
  if (stream === '' || LONE_SURROGATE.test(stream)) throw new TypeError('a stream needs a name of well-formed Unicode');
  if (events.length === 0) throw new TypeError('an append needs at least one event');
}
