/** A stand-in for EventStoreDB in this process: its wire protocol and its rules over one file in a folder. */
import { randomUUID } from 'node:crypto';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { NO_FAULTS, type Faults } from './faults.js';
import { appendCall } from './rpc/append-call.js';
import { batchAppendCall } from './rpc/batch-append-call.js';
import { gossipCall, supportedMethodsCall } from './rpc/cluster-calls.js';
import { deleteCall, tombstoneCall } from './rpc/delete-calls.js';
import type { Node } from './rpc/node.js';
import { readCall } from './rpc/read-call.js';
import { brokenTransport, timedOut } from './rpc/rpc-errors.js';
import { NO_STREAM } from './store/commit-check.js';
import { EventStore } from './store/event-store.js';

export interface StandInOptions {
  /** Holds `events.log`; must exist. */
  dir: string;
  /** A free one by default. */
  port?: number;
  /** 1 MiB by default, as the server's. */
  appendBytesMax?: number;
  /** What a fault does that kills the process. By default the stand-in only falls silent: no connection, no more writes. */
  die?: () => void;
}

export interface StandIn {
  /** For `EventStoreDBClient.connectionString`. */
  url: string;
  port: number;
  faults: Faults;
  /** Ends every call; what was acknowledged is in the folder. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Larger than any append, so that a large one is refused by its size and not by the transport. */
const MESSAGE_BYTES_MAX = 32 * 1024 * 1024;

export async function openStandIn({ dir, port = 0, appendBytesMax = 1024 * 1024, die }: StandInOptions): Promise<StandIn> {
  const store = new EventStore(dir);
  const server = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
  });
  const node: Node = {
    store,
    faults: { ...NO_FAULTS },
    appendBytesMax,
    endpoint: { host: HOST, port },
    instanceId: randomUUID(),
    subscriptions: new Set(),
    appendStreams: new Set(),
    figures: {},
    now: Date.now,
    die: die ?? ((): void => server.forceShutdown()),
  };
  server.addService(StreamsService, {
    read: readCall(node),
    append: appendCall(node),
    delete: deleteCall(node),
    tombstone: tombstoneCall(node),
    batchAppend: batchAppendCall(node),
  });
  server.addService(ServerFeaturesService, { getSupportedMethods: supportedMethodsCall(node) });
  server.addService(GossipService, { read: gossipCall(node) });
  await firstEvent(store);
  node.endpoint.port = await listen(server, port);
  return {
    url: `esdb://${HOST}:${node.endpoint.port}?tls=false`,
    port: node.endpoint.port,
    faults: faultsOf(node),
    async close() {
      server.forceShutdown();
      await store.close();
    },
  };
}

/** A new server has written something of its own before anyone else does. */
async function firstEvent(store: EventStore): Promise<void> {
  const event = { id: randomUUID(), type: '$started', isJson: true, data: Buffer.from('{}'), metadata: new Uint8Array() };
  if (store.durable === 0) await store.append('$stand-in', NO_STREAM, [event]);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${HOST}:${port}`, ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
}

function faultsOf(node: Node): Faults {
  const failAll = (ends: Set<(error: Error) => void>, error: Error): number => {
    const open = [...ends];
    for (const end of open) end(error);
    return open.length;
  };
  return {
    async set(faults) {
      Object.assign(node.faults, faults);
    },
    async clear() {
      Object.assign(node.faults, NO_FAULTS);
    },
    async dropSubscriptions() {
      return failAll(node.subscriptions, timedOut('Consumer too slow to handle event while live. Client resubscription required.'));
    },
    async breakAppendStreams() {
      return failAll(node.appendStreams, brokenTransport());
    },
    async figures() {
      return { ...node.figures };
    },
  };
}
