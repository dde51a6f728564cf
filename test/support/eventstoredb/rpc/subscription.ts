/** Subscriptions to a stream or to everything: what stands after the position, a word that it was all, then what comes. */
import { randomUUID } from 'node:crypto';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { StoredEvent } from '../store/event-record.js';
import { lastDurable, readAll, readStream } from '../store/reading.js';
import { filterOf } from './event-filter.js';
import { nameOf } from './messages.js';
import { count, slowed, type Node } from './node.js';
import { send, write, type ReadCall } from './read-call.js';
import { streamDeleted } from './rpc-errors.js';

const PAGE = 32;

/** One page after the other; the next one is asked for when this one has been sent. */
interface Source {
  page(): { events: StoredEvent[]; end: boolean; checkpoint?: number };
}

export async function subscribe(node: Node, call: ReadCall, options: ReadReq.Options): Promise<void> {
  count(node, 'subscriptions');
  const signal = new Signal(node, call);
  try {
    const source = options.hasStream() ? streamSource(node, options) : allSource(node, options);
    const confirmation = new streamsPb.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID());
    await write(call, new streamsPb.ReadResp().setConfirmation(confirmation));
    let caughtUp = false;
    while (!signal.over) {
      await slowed(node);
      const { events, end, checkpoint } = source.page();
      for (const event of events) {
        if (signal.over) break;
        if (!(await send(node, call, event, options.getResolveLinks()))) return;
      }
      if (checkpoint !== undefined) await write(call, checkpointOf(checkpoint));
      if (!end || signal.over) continue;
      if (!caughtUp) await write(call, new streamsPb.ReadResp().setCaughtUp(new streamsPb.ReadResp.CaughtUp()));
      caughtUp = true;
      await signal.wait();
    }
    if (signal.error) throw signal.error;
  } finally {
    signal.stop();
  }
}

/** Wakes the subscription when something was committed, was cancelled, or is to fail. */
class Signal {
  over = false;
  error: Error | undefined;
  readonly #stops: (() => void)[];
  /** Something was committed since the last page was asked for. */
  #committed = false;
  #wake: (() => void) | undefined;

  constructor(node: Node, call: ReadCall) {
    const end = (error?: Error): void => {
      this.over = true;
      this.error = error;
      this.#wake?.();
    };
    const cancelled = (): void => end();
    node.subscriptions.add(end);
    call.on('cancelled', cancelled);
    const stopListening = node.store.onDurable(() => {
      this.#committed = true;
      this.#wake?.();
    });
    this.#stops = [stopListening, () => node.subscriptions.delete(end), () => call.off('cancelled', cancelled)];
  }

  async wait(): Promise<void> {
    if (!this.#committed && !this.over) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#committed = false;
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }
}

function streamSource(node: Node, options: ReadReq.Options): Source {
  const asked = options.getStream()!;
  const name = nameOf(asked.getStreamIdentifier());
  let next = asked.hasEnd() ? lastDurable(node.store, name) + 1 : asked.hasRevision() ? Number(asked.getRevision()) + 1 : 0;
  return {
    page() {
      const page = readStream(node.store, name, { from: next, backwards: false, count: PAGE }, node.now());
      if (page.found === 'deleted') throw streamDeleted(name);
      if (page.found === 'no-stream') return { events: [], end: true };
      next = (page.events.at(-1)?.revision ?? next - 1) + 1;
      return { events: page.events, end: page.events.length < PAGE };
    },
  };
}

function allSource(node: Node, options: ReadReq.Options): Source {
  const { store } = node;
  const all = options.getAll()!;
  const filter = filterOf(options);
  const position = all.getPosition();
  // As on the server: what stands at the position, or first after it, is the one that was seen already.
  let index = all.hasEnd()
    ? store.durable
    : position
      ? Math.min(store.indexOf(Number(position.getCommitPosition())) + 1, store.durable)
      : 0;
  let considered = 0;
  return {
    page() {
      const page = readAll(store, { index, backwards: false, count: PAGE, matches: (event) => !filter || filter.matches(event) });
      index = page.next;
      considered += page.considered;
      const due = filter !== undefined && considered >= filter.checkpointEvery;
      if (due) considered %= filter.checkpointEvery;
      return { events: page.events, end: page.end, checkpoint: due ? store.all[index - 1]!.position : undefined };
    },
  };
}

function checkpointOf(position: number): InstanceType<typeof streamsPb.ReadResp> {
  const checkpoint = new streamsPb.ReadResp.Checkpoint().setCommitPosition(String(position)).setPreparePosition(String(position));
  return new streamsPb.ReadResp().setCheckpoint(checkpoint);
}
