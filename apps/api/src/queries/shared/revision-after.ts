/** Where a position lies in a stream, found by few reads however long the stream is. */
import type { EventLog } from '#ports';

/** Revision of the first event after a position: doubling, then halving, so that a long history costs few reads. */
export async function revisionAfter(log: EventLog, stream: string, position: number): Promise<number> {
  const isAfter = async (revision: number) => {
    const [event] = await log.readStream(stream, revision, 1);
    return event === undefined || event.position > position;
  };
  if (await isAfter(0)) return 0;
  let before = 0;
  let beyond = 1;
  while (!(await isAfter(beyond))) {
    before = beyond;
    beyond *= 2;
  }
  while (beyond - before > 1) {
    const middle = Math.floor((before + beyond) / 2);
    if (await isAfter(middle)) beyond = middle;
    else before = middle;
  }
  return beyond;
}
