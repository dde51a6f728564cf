/** `Read`: pages of a stream or of everything, forwards or backwards, or a subscription. */
import type { handleServerStreamingCall, ServerWritableStream, ServiceError } from '@grpc/grpc-js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { StoredEvent } from '../store/event-record.js';
import { readAll, readStream } from '../store/reading.js';
import { filterOf } from './event-filter.js';
import { identifierOf, nameOf, readEventOf } from './messages.js';
import { count, slowed, type Node } from './node.js';
import { invalidArgument, notLeader, notReady, streamDeleted } from './rpc-errors.js';
import { subscribe } from './subscription.js';

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

const PAGE = 256;
const BACKWARDS = 1;

export function readCall(node: Node): handleServerStreamingCall<ReadReq, ReadResp> {
  return (call) => {
    call.on('error', () => undefined);
    run(node, call).then(
      () => call.end(),
      (error: ServiceError) => call.emit('error', error),
    );
  };
}

async function run(node: Node, call: ReadCall): Promise<void> {
  if (node.faults.notReady) throw notReady();
  const { notLeader: leader } = node.faults;
  if (leader && call.metadata.get('requires-leader')[0] === 'true') throw notLeader(leader);
  const options = call.request.getOptions();
  if (!options) throw invalidArgument('a read needs options');
  if (options.hasSubscription()) return subscribe(node, call, options);
  await slowed(node);
  count(node, 'reads');
  if (options.hasStream()) return oneStream(node, call, options);
  return everything(node, call, options);
}

async function oneStream(node: Node, call: ReadCall, options: ReadReq.Options): Promise<void> {
  const { store } = node;
  const asked = options.getStream()!;
  const name = nameOf(asked.getStreamIdentifier());
  const backwards = options.getReadDirection() === BACKWARDS;
  const count = Number(options.getCount());
  const from = asked.hasEnd() ? 'end' : asked.hasRevision() ? Number(asked.getRevision()) : 0;
  const page = readStream(store, name, { from, backwards, count }, node.now());
  if (page.found === 'deleted') throw streamDeleted(name);
  if (page.found === 'no-stream') {
    const notFound = new streamsPb.ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(name));
    call.write(new streamsPb.ReadResp().setStreamNotFound(notFound));
    return;
  }
  for (const event of page.events) if (!(await send(node, call, event, options.getResolveLinks()))) return;
}

async function everything(node: Node, call: ReadCall, options: ReadReq.Options): Promise<void> {
  const { store } = node;
  const backwards = options.getReadDirection() === BACKWARDS;
  const filter = filterOf(options);
  const matches = (event: StoredEvent): boolean => !filter || filter.matches(event);
  let index = startOf(node, options, backwards);
  for (let left = Number(options.getCount()); left > 0;) {
    const page = readAll(store, { index, backwards, count: Math.min(left, PAGE), matches });
    for (const event of page.events) if (!(await send(node, call, event, options.getResolveLinks()))) return;
    left -= page.events.length;
    index = page.next;
    if (page.end) return;
  }
}

/** Forwards a position is where to begin; backwards it is what to begin below. */
function startOf({ store }: Node, options: ReadReq.Options, backwards: boolean): number {
  const all = options.getAll()!;
  if (all.hasEnd()) return backwards ? store.durable - 1 : store.durable;
  if (!all.hasPosition()) return backwards ? -1 : 0;
  const index = store.indexOf(Number(all.getPosition()!.getCommitPosition()));
  return backwards ? index - 1 : index;
}

/** False when nobody reads any more. Waits while the reader is slow. */
export async function send(node: Node, call: ReadCall, event: StoredEvent, resolveLinks: boolean): Promise<boolean> {
  const target = resolveLinks ? linked(node, event) : undefined;
  const bodyOf = (each: StoredEvent): ReturnType<typeof node.store.bodyOf> => node.store.bodyOf(each);
  return write(call, target ? readEventOf(target, bodyOf, event) : readEventOf(event, bodyOf));
}

export async function write(call: ReadCall, response: ReadResp): Promise<boolean> {
  if (call.cancelled || call.destroyed) return false;
  if (call.write(response)) return true;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      for (const event of ['drain', 'cancelled', 'close', 'error']) call.off(event, done);
      resolve();
    };
    for (const event of ['drain', 'cancelled', 'close', 'error']) call.on(event, done);
  });
  return !call.cancelled && !call.destroyed;
}

/** The event a link names: `revision@stream`. */
function linked({ store }: Node, event: StoredEvent): StoredEvent | undefined {
  if (event.type !== '$>') return undefined;
  const text = Buffer.from(store.bodyOf(event).data).toString('utf8');
  const at = text.indexOf('@');
  return store.stream(text.slice(at + 1))?.events[Number(text.slice(0, at))];
}
