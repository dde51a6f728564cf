/** Takes in the raw body of a request, bounded, before anything looks at it. */
import type { IncomingMessage } from 'node:http';
import { full, type Held } from '../in-flight.js';
import { refuse } from '../problem-error.js';

/** A body beyond the limit is read on and thrown away up to here, so that the client can hear its 413 instead of a reset. */
const DISCARD_BYTES_MAX = 32 * 1024 * 1024;

interface Bounds {
  bytesMax: number;
  held: Held;
}

/** Calls back with the body, or with what is wrong with it. Nothing else writes to the buffer. */
export function readBody(payload: IncomingMessage, { bytesMax, held }: Bounds, done: (error: Error | null, body?: Buffer) => void): void {
  const declared = Number(payload.headers['content-length']);
  const tooLarge = () => Object.assign(refuse('request.too-large', `The body is larger than ${bytesMax} bytes.`, { limit: bytesMax }));
  if (declared > bytesMax + DISCARD_BYTES_MAX) return done(tooLarge());
  let chunks: Buffer[] = [];
  let length = 0;
  let isTaken = true;

  const finish = (error: Error | null, body?: Buffer) => {
    payload.off('data', onData).off('end', onEnd).off('error', onError);
    done(error, body);
  };
  const onData = (chunk: Buffer) => {
    length += chunk.length;
    isTaken &&= length > bytesMax || held.take(chunk.length);
    if (isTaken && length <= bytesMax) chunks.push(chunk);
    else if (length > bytesMax + DISCARD_BYTES_MAX) finish(tooLarge());
    else chunks = [];
  };
  const onEnd = () => {
    if (length > bytesMax) return finish(tooLarge());
    if (!isTaken) return finish(full());
    if (declared >= 0 && declared !== length) return finish(refuse('request.malformed', 'The body is not as long as Content-Length says.'));
    // Node reads into fresh memory each time.
    finish(null, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length));
  };
  const onError = () => finish(refuse('request.cancelled', 'The connection was closed before the body was complete.'));
  payload.on('data', onData).on('end', onEnd).on('error', onError);
}
