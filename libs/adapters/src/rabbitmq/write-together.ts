/** All that one turn of the event loop writes to the broker goes out at once: amqplib makes a system call of each message and each acknowledgement,
 *  which cost both sides more than anything they do with them. */
import type { Writable } from 'node:stream';

export function writeTogether(stream: Writable): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  let held = false;
  const release = (): void => {
    if (held) stream.uncork();
    held = false;
  };
  stream.write = ((...args: unknown[]): boolean => {
    if (!held) {
      held = true;
      stream.cork();
      setImmediate(release);
    }
    const hasRoom = write(...args);
    // What is large goes at once: whoever writes waits until it is gone.
    if (!hasRoom) release();
    return hasRoom;
  }) as typeof stream.write;
}
