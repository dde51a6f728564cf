/** The live bus over Redis: what one process publishes reaches every api replica through Socket.IO's Redis streams adapter, and waits in
 *  its stream for one that was away. */
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { Server } from 'socket.io';
import { LiveBus, type LiveMessage } from '#ports';
import { Gaps, Rooms, type Handle } from '../memory/live-bus.js';
import { Census, type CensusNote } from './census.js';
import { checkHealth, connect, type ConnectConfig } from './connect.js';
import { Outbox, type Parcel } from './outbox.js';
import { Sender } from './sender.js';
import { isAfter, StreamClient } from './stream-client.js';

export interface RedisLiveBusConfig extends ConnectConfig {
  /** Begins the names of what is kept in Redis. */
  name?: string;
  /** A subscriber that throws disturbs neither the publisher nor the other subscribers; it is told here. */
  onError?: (error: unknown) => void;
}

export interface RedisLiveBus extends LiveBus {
  /** Rejects with why nothing can be told now. */
  health(): Promise<void>;
  figures(): Record<string, number>;
}

/** Entries kept for those who were away: some minutes as a rule, and never more than 256 MiB. */
const STREAM_ENTRIES_MAX = 1_000;
/** Entries read at once. */
const READ_ENTRIES = 100;
const BLOCK_MS = 5_000;
const ROOMS_EVENT = 'thingsio.rooms';
const MESSAGES_EVENT = 'thingsio.messages';

/** Rejects with one line that says why not, where Redis is missing or refuses. */
export async function openRedisLiveBus(config: RedisLiveBusConfig): Promise<RedisLiveBus> {
  const client = await connect(config, (url, options) => new StreamClient(url, options));
  const streamName = `${config.name ?? 'thingsio'}:live`;
  const last = (await client.xrevrange(streamName, '+', '-', 'COUNT', 1))[0]?.[0];
  return new StreamedLiveBus(client, streamName, last ?? '0-0', config);
}

/** Of Socket.IO's adapters among themselves: what goes into the stream, and what is told beside it. */
const BROADCAST = 3;
const SERVER_SIDE_EMIT = 9;
/** Of Socket.IO's protocol. */
const EVENT_PACKET = 2;

interface ClusterMessage {
  uid: string;
  type: number;
  data?: { packet?: unknown };
}

/** The parts of Socket.IO's adapter that carry its messages; they are for those who build adapters, and not public otherwise. */
interface Carrier {
  readonly uid: string;
  onMessage(message: ClusterMessage, offset?: string): void;
  onRawMessage(message: { type: string }, offset: string): void;
  publishAndReturnOffset(message: unknown): Promise<string>;
  serverCount(): Promise<number>;
  close(): void;
}

class StreamedLiveBus extends LiveBus implements RedisLiveBus {
  private readonly io: Server;
  private readonly carrier: Carrier;
  private readonly census: Census;
  private readonly outbox = new Outbox();
  private readonly sender: Sender;
  private readonly held = new Rooms();
  private readonly handles = new Set<Handle>();
  private readonly gaps = new Gaps();
  /** The last parcel of each publisher. */
  private readonly heardOf = new Map<string, number>();
  private readonly counts = { published: 0, received: 0, gaps: 0, reconnects: 0 };
  private closed = false;

  constructor(
    private readonly client: StreamClient,
    private readonly streamName: string,
    position: string,
    private readonly config: RedisLiveBusConfig,
  ) {
    super();
    const adapter = createAdapter(client, {
      streamName,
      channelPrefix: streamName,
      maxLen: STREAM_ENTRIES_MAX,
      readCount: READ_ENTRIES,
      blockTimeInMs: BLOCK_MS,
      // Columns are JSON: nobody need look for bytes in them.
      onlyPlaintext: true,
    });
    this.io = new Server({ adapter, serveClient: false });
    client.reader.standAt(position);
    this.carrier = this.io.of('/').adapter as unknown as Carrier;
    this.listen();
    this.sender = new Sender(this.outbox, { carry: (parcel) => this.carry(parcel), logger: config.logger });
    this.census = new Census({
      tell: (note) => this.tellOfRooms(note),
      countProcesses: () => this.carrier.serverCount(),
      onMissed: () => this.announceGap(),
      now: () => performance.now(),
    });
    this.held.watch((room, listening) => this.census.hold(room, listening));
    this.mindReader();
    client.hearer.on('close', () => this.census.deaf());
  }

  publish(messages: LiveMessage[]): void {
    if (this.closed) return;
    const heard = messages.filter(({ room }) => this.hasListeners(room));
    if (heard.length === 0) return;
    this.counts.published += heard.length;
    this.outbox.push(heard);
    this.sender.wake();
  }

  hasListeners(room: string): boolean {
    return this.census.hasListeners(room);
  }

  override hasListenersWithin(prefix: string): boolean {
    return this.census.hasListenersWithin(prefix);
  }

  subscribe(handle: Handle): () => void {
    const own: Handle = (messages) => handle(messages);
    this.handles.add(own);
    return () => this.handles.delete(own);
  }

  setListening(room: string, listening: boolean): void {
    if (!this.closed) this.held.set(room, listening);
  }

  override onGap(tell: () => void): () => void {
    return this.gaps.watch(tell);
  }

  override announceGap(): void {
    if (this.closed) return;
    this.outbox.gap();
    this.sender.wake();
  }

  health(): Promise<void> {
    return checkHealth(this.client);
  }

  figures(): Record<string, number> {
    const { outbox, counts, census } = this;
    return { ...counts, waiting: outbox.size, dropped: outbox.dropped, replicas: census.replicas };
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.handles.clear();
    this.gaps.clear();
    await this.sender.close();
    this.census.close();
    this.carrier.close();
    this.client.disconnectAll();
  }

  /** Takes what the adapter brings before it looks for sockets, of which there are none here. */
  private listen(): void {
    const { carrier } = this;
    const takeRaw = carrier.onRawMessage.bind(carrier);
    const take = carrier.onMessage.bind(carrier);
    carrier.onRawMessage = (message, offset) => {
      // Whoever only publishes does not parse what others are told.
      if (message.type === String(BROADCAST) && this.handles.size === 0) this.heardOf.clear();
      else takeRaw(message, offset);
    };
    carrier.onMessage = (message, offset) => {
      const packet = contentOf(message);
      if (packet?.[0] === MESSAGES_EVENT) this.receive(message.uid, packet[1] as Parcel);
      else if (packet?.[0] === ROOMS_EVENT) this.census.hear(message.uid, message.uid === carrier.uid, packet[1] as CensusNote);
      else take(message, offset);
    };
  }

  private receive(from: string, { n, gap, messages }: Parcel): void {
    const last = this.heardOf.get(from);
    // Sent a second time, after its acknowledgement was lost.
    if (last !== undefined && n <= last) return;
    this.heardOf.set(from, n);
    if (gap || (last !== undefined && n > last + 1)) this.tellGap();
    const heard = messages.filter(({ room }) => this.held.has(room));
    if (heard.length === 0) return;
    this.counts.received += heard.length;
    for (const handle of [...this.handles]) {
      try {
        handle(heard);
      } catch (error) {
        this.config.onError?.(error);
      }
    }
  }

  private tellGap(): void {
    this.counts.gaps++;
    this.gaps.tell(this.config.onError);
  }

  private carry(parcel: Parcel): Promise<unknown> {
    const packet = { type: EVENT_PACKET, nsp: '/', data: [MESSAGES_EVENT, parcel] };
    return this.carrier.publishAndReturnOffset({
      type: BROADCAST,
      data: { packet, opts: { rooms: [], except: [], flags: {} } },
    });
  }

  /** Beside the stream: it is worth nothing later. */
  private tellOfRooms(note: CensusNote): void {
    if (this.client.status === 'ready') this.io.serverSideEmit(ROOMS_EVENT, note);
  }

  /** After a break it goes on where it stood. What came next may have been cut off meanwhile, or be gone with a Redis that forgets. */
  private mindReader(): void {
    const { reader } = this.client;
    let stoodAt: string | undefined;
    reader.on('close', () => (stoodAt ??= reader.position));
    reader.on('ready', () => {
      if (stoodAt === undefined) return;
      this.counts.reconnects++;
      void this.checkStream(stoodAt);
      stoodAt = undefined;
    });
  }

  private async checkStream(stoodAt: string): Promise<void> {
    const { client, streamName } = this;
    try {
      const [oldest, newest] = await Promise.all([
        client.xrange(streamName, '-', '+', 'COUNT', 1).then(([entry]) => entry?.[0]),
        client.xrevrange(streamName, '+', '-', 'COUNT', 1).then(([entry]) => entry?.[0]),
      ]);
      const beganAnew = newest === undefined || isAfter(client.reader.position, newest);
      if (beganAnew || oldest === undefined || isAfter(oldest, stoodAt)) this.tellGap();
      // Nothing would ever come after where we stand.
      if (beganAnew) client.reader.standAt(newest ?? '0-0');
    } catch (error) {
      this.tellGap();
      this.config.onError?.(error);
    }
  }
}

/** The event's name, then what it carries. */
function contentOf({ type, data }: ClusterMessage): unknown[] | undefined {
  if (type === BROADCAST) return (data?.packet as { data?: unknown[] } | undefined)?.data;
  return type === SERVER_SIDE_EMIT ? (data?.packet as unknown[] | undefined) : undefined;
}
