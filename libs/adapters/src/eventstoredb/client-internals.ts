/** The client's own building blocks, which its commands are made of: connection, credentials, streams that reconnect. */
import type { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient, StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { BatchAppendReq, BatchAppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { CallOptions, Channel, ClientDuplexStream, ClientReadableStream, Metadata } from '@grpc/grpc-js';

/** Protected there. The version is the one in package-lock.json; the contract suite breaks where one of them changes. */
interface Internals {
  GRPCStreamCreator<Stream>(service: typeof StreamsClient, name: string, create: (client: StreamsClient) => Stream): () => Promise<Stream>;
  callArguments(options: { requiresLeader?: boolean }, callOptions: CallOptions): [Metadata, CallOptions];
  supports(method: { path: string }): Promise<boolean>;
  getChannel(): Promise<Channel>;
}

export type AppendStream = ClientDuplexStream<BatchAppendReq, BatchAppendResp>;
export type ReadingStream = ClientReadableStream<ReadResp>;

const internalsOf = (client: EventStoreDBClient): Internals => client as unknown as Internals;

/** A follower may lag behind: what we acknowledge and read is the leader's. A `not leader` moves the client's connection there. */
const LEADER = { requiresLeader: true };
const CANCEL_AFTER_MS = 50;
const WITHOUT_DEADLINE = { deadline: Infinity };

export function openAppendStream(client: EventStoreDBClient): Promise<AppendStream> {
  const internals = internalsOf(client);
  const open = (streams: StreamsClient): AppendStream => streams.batchAppend(...internals.callArguments(LEADER, WITHOUT_DEADLINE));
  return internals.GRPCStreamCreator(StreamsClient, 'append', open)();
}

export function openReadStream(client: EventStoreDBClient, request: ReadReq): Promise<ReadingStream> {
  const internals = internalsOf(client);
  const open = (streams: StreamsClient): ReadingStream => streams.read(request, ...internals.callArguments(LEADER, WITHOUT_DEADLINE));
  return internals.GRPCStreamCreator(StreamsClient, 'read', open)();
}

/** A moment later, and only where it still runs. Node 20 never comes back from resetting a stream while the connection is about to
 *  end and data of another stream waits in it: it writes empty frames until the memory is full. A moment later the connection, and
 *  with it the stream, is gone, or it is sound. */
export function cancel(stream: AppendStream | ReadingStream): void {
  setTimeout(() => {
    if (!stream.destroyed) stream.cancel();
  }, CANCEL_AFTER_MS);
}

/** Servers from 21.10 on. */
export function supportsBatchAppend(client: EventStoreDBClient): Promise<boolean> {
  return internalsOf(client).supports(StreamsService.batchAppend);
}

/** Closes the connection. `dispose` does not, and resets every stream at once, in whatever state the connection is. */
export function closeClient(client: EventStoreDBClient): void {
  const closed = internalsOf(client)
    .getChannel()
    .then((channel) => channel.close());
  // Where a cluster was not found, there is no channel to close.
  closed.catch(() => undefined);
}
