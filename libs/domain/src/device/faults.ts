/** What is said of readings whose own members do not fit: their form, time and sequence number. */
import { show } from '../kernel/show.js';
import type { Fault } from '../schema/fault.js';
import type { SeqValue } from './seq.js';

export const notAReading = (reading: unknown): Fault => ({
  code: 'wrong-type',
  message: `a reading is an object, not ${show(reading)}`,
});

export const badTime = (time: unknown): Fault => ({
  field: 'time',
  code: 'bad-time',
  message: `${show(time)} is no time between 1678 and 2261; send ISO 8601, or a number of s, ms, µs or ns since 1970`,
});

export function badSeq(seq: unknown): Fault {
  const large = typeof seq === 'number' && Number.isInteger(seq) && seq > Number.MAX_SAFE_INTEGER;
  const why = large ? 'a JSON number that large loses digits: send it as decimal text' : 'send an unsigned 64-bit integer';
  return { field: 'seq', code: 'bad-seq', message: `${show(seq)} is no sequence number: ${why}` };
}

export const forgottenSeq = (seq: SeqValue): Fault => ({
  field: 'seq',
  code: 'bad-seq',
  message: `${seq} is older than the gaps still remembered: whether it was received before cannot be told any more`,
});
