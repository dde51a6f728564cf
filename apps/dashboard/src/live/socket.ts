/** The page's one socket: any number of listeners, one subscription a device, resumed without a hole after a reconnect. */
import type {
  DeviceChangedMessage,
  ProjectionProgressedMessage,
  ReadingsRecordedMessage,
  ReadingsRejectedMessage,
  ServerToClientEvents,
  ClientToServerEvents,
} from '#contracts';
import type { Socket } from 'socket.io-client';
import { queryClient } from '../api/client.js';
import { loadPart } from '../parts/late-part.js';

export type ConnectionState = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'refused';

export interface DeviceListener {
  onReadings?: (message: ReadingsRecordedMessage) => void;
  onRejected?: (message: ReadingsRejectedMessage) => void;
  onChanged?: (message: DeviceChangedMessage) => void;
}

/** What everyone who may read the account is told. */
const ACCOUNT_EVENTS = ['analysis.progressed', 'analysis.completed', 'alert.raised', 'alert.cleared', 'alert.changed'] as const;
export type AccountEvent = (typeof ACCOUNT_EVENTS)[number];
export type MessageOf<Event extends AccountEvent> = Parameters<ServerToClientEvents[Event]>[0];

interface Subscription {
  listeners: Map<DeviceListener, number>;
  /** Position of the last message seen: what `after` asks for. */
  after?: string;
}

/** A tab nobody looks at is told once in five seconds; nothing is lost, messages are only larger. */
const HIDDEN_RATE_HZ = 0.2;
const RETRY_MS = 1_000;

export class LiveSocket {
  private socket: Socket<ServerToClientEvents, ClientToServerEvents> | undefined;
  private opening = false;
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly operators = new Set<(message: ProjectionProgressedMessage) => void>();
  private readonly accountListeners = new Map<AccountEvent, Set<(message: never) => void>>();
  private readonly watchers = new Set<() => void>();
  private current: ConnectionState = 'idle';

  /** `whenRefused`: the session may have ended. */
  constructor(private readonly whenRefused: () => void) {
    document.addEventListener('visibilitychange', () => this.resubscribeAll());
  }

  readonly state = (): ConnectionState => this.current;

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  /** Listens to one device; the fastest listener decides the rate. Returns the way to stop. */
  listen(deviceId: string, rateHzMax: number, listener: DeviceListener): () => void {
    const known = this.subscriptions.get(deviceId);
    const before = known && fastest(known);
    const subscription: Subscription = known ?? { listeners: new Map() };
    subscription.listeners.set(listener, rateHzMax);
    this.subscriptions.set(deviceId, subscription);
    if (!this.socket) void this.open();
    else if (before === undefined || fastest(subscription) > before) this.subscribe(deviceId, subscription);
    return () => this.leave(deviceId, listener);
  }

  /** Hears how projections go on; nothing comes to who may not operate. Returns the way to stop. */
  listenToProjections(listener: (message: ProjectionProgressedMessage) => void): () => void {
    this.operators.add(listener);
    if (!this.socket) void this.open();
    return () => this.operators.delete(listener);
  }

  /** Hears what happens in the account. Returns the way to stop. */
  listenToAccount<Event extends AccountEvent>(event: Event, listener: (message: MessageOf<Event>) => void): () => void {
    const listeners = this.accountListeners.get(event) ?? new Set();
    this.accountListeners.set(event, listeners.add(listener));
    if (!this.socket) void this.open();
    return () => listeners.delete(listener);
  }

  /** After it was refused for want of a session. */
  reconnect(): void {
    if (!this.socket || this.socket.active) return;
    this.become('connecting');
    this.socket.connect();
  }

  /** After sign-out nothing may go on listening. */
  close(): void {
    this.socket?.disconnect();
    this.socket = undefined;
    this.subscriptions.clear();
    this.operators.clear();
    this.accountListeners.clear();
    this.become('idle');
  }

  private async open(): Promise<void> {
    if (this.opening) return;
    this.opening = true;
    this.become('connecting');
    const { io } = await loadPart(() => import('socket.io-client'));
    this.opening = false;
    const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io({
      withCredentials: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
    });
    this.socket = socket;
    socket.on('connect', () => {
      this.become('live');
      for (const [deviceId, subscription] of this.subscriptions) this.subscribe(deviceId, subscription);
    });
    socket.on('disconnect', (reason) => {
      this.become(reason === 'io client disconnect' ? 'idle' : 'reconnecting');
      // The server closes a socket that was too slow, or whose session ended: trying once more tells which.
      if (reason === 'io server disconnect') setTimeout(() => socket.connect(), RETRY_MS);
    });
    socket.on('connect_error', () => {
      if (socket.active) return this.become('reconnecting');
      this.become('refused');
      this.whenRefused();
    });
    socket.on('readings.recorded', (message) => this.received(message));
    socket.on('readings.rejected', (message) => this.tell(message.deviceId, (listener) => listener.onRejected?.(message)));
    socket.on('projection.progressed', (message) => {
      for (const listener of this.operators) listener(message);
    });
    for (const event of ACCOUNT_EVENTS) {
      socket.on(event, (message: unknown) => {
        for (const listener of this.accountListeners.get(event) ?? []) listener(message as never);
      });
    }
    socket.on('device.changed', (message) => this.tell(message.deviceId, (listener) => listener.onChanged?.(message)));
  }

  private received(message: ReadingsRecordedMessage): void {
    const subscription = this.subscriptions.get(message.deviceId);
    if (!subscription || isOlder(message.position, subscription.after)) return;
    subscription.after = message.position;
    this.tell(message.deviceId, (listener) => listener.onReadings?.(message));
  }

  private tell(deviceId: string, what: (listener: DeviceListener) => void): void {
    for (const listener of [...(this.subscriptions.get(deviceId)?.listeners.keys() ?? [])]) what(listener);
  }

  private subscribe(deviceId: string, subscription: Subscription): void {
    if (!this.socket?.connected) return;
    const request = { deviceId, after: subscription.after, rateHzMax: document.hidden ? HIDDEN_RATE_HZ : fastest(subscription) };
    this.socket.emit('subscribe', request, (answer) => {
      if (answer?.ok) subscription.after ??= answer.position;
      // Asked for too much at once: what is still wanted by then is asked for again.
      else if (answer?.retryAfter !== undefined) {
        setTimeout(
          () => this.subscriptions.get(deviceId) === subscription && this.subscribe(deviceId, subscription),
          answer.retryAfter * 1_000,
        );
      }
    });
  }

  private resubscribeAll(): void {
    for (const [deviceId, subscription] of this.subscriptions) this.subscribe(deviceId, subscription);
  }

  private leave(deviceId: string, listener: DeviceListener): void {
    const subscription = this.subscriptions.get(deviceId);
    if (!subscription?.listeners.delete(listener) || subscription.listeners.size > 0) return;
    this.subscriptions.delete(deviceId);
    if (this.socket?.connected) this.socket.emit('unsubscribe', { deviceId }, () => undefined);
  }

  private become(state: ConnectionState): void {
    if (state === this.current) return;
    this.current = state;
    for (const watcher of this.watchers) watcher();
  }
}

const fastest = (subscription: Subscription): number => Math.max(0.1, ...subscription.listeners.values());

/** Positions are decimal text of any size; the longer one is the later one. */
export function isOlder(position: string, than: string | undefined): boolean {
  if (than === undefined) return false;
  return position.length === than.length ? position <= than : position.length < than.length;
}

export const liveSocket = new LiveSocket(() => void queryClient.invalidateQueries({ queryKey: ['me'] }));
