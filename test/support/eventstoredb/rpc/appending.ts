/** One append with the faults that were asked for: what `Append` and `BatchAppend` have in common. */
import type { Refused, Written } from '../store/event-store.js';
import { TOMBSTONE_TYPE, type ProposedEvent } from '../store/event-record.js';
import { weightOf } from './messages.js';
import { count, slowed, type Node } from './node.js';

export interface Append {
  stream: string;
  expected: number;
  events: ProposedEvent[];
  /** Ms since epoch; what is not durable by then is answered as timed out. */
  deadline: number;
}

export type AppendOutcome = Written | Refused | { written: false; why: 'too-large' | 'timeout' | 'lost' | 'invalid' };

/** The server's own limit for a commit, in ms. */
const COMMIT_TIMEOUT_MS = 2_000;

export async function append(node: Node, { stream, expected, events, deadline }: Append): Promise<AppendOutcome> {
  const { store, faults } = node;
  if (stream === '' || events.some(({ type }) => type === TOMBSTONE_TYPE)) return { written: false, why: 'invalid' };
  if (deadline <= node.now()) return { written: false, why: 'timeout' };
  if (events.reduce((sum, event) => sum + weightOf(event), 0) > node.appendBytesMax) return { written: false, why: 'too-large' };
  count(node, 'appends');
  const kill = faults.killAtAppend;
  const lose = faults.loseAnswers > 0;
  const late = !lose && faults.timeOutAppends > 0;
  if (kill === 'before-durable') store.tearNextWrite = node.die;
  if (lose) faults.loseAnswers -= 1;
  if (late) faults.timeOutAppends -= 1;
  const patience = Math.min(deadline - node.now(), COMMIT_TIMEOUT_MS + faults.slowMs);
  const outcome = await within(
    patience,
    afterPause(node, () => store.append(stream, expected, events)),
  );
  if (kill === 'after-durable') {
    node.die();
    return { written: false, why: 'lost' };
  }
  if (lose) return { written: false, why: 'lost' };
  if (late || outcome === undefined) return { written: false, why: 'timeout' };
  if (outcome.written) count(node, 'events', events.length);
  return outcome;
}

/** Without a pause the store is asked at once: the order of arrival is the order of the log. */
async function afterPause<T>(node: Node, action: () => Promise<T>): Promise<T> {
  if (node.faults.slowMs > 0) await slowed(node);
  return action();
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), Math.max(0, ms))));
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
