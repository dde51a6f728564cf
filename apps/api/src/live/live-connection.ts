/** One browser: what it subscribes to, and its outbox. Whatever it sends, it gets an answer where it asked for one, and never
 *  brings anything down. */
import { DEVICE_ID, deviceStream, type Problem, problem, type ProjectionProgressedMessage, type SubscribeAck } from '#contracts';
import { type EventLog, StoreUnavailableError } from '#ports';
import { mayReach } from '../admission/admission.js';
import type { Credential } from '../admission/credentials.js';
import type { RateLimits } from '../admission/rate-limits.js';
import type { Devices } from '../commands/shared/devices.js';
import type { Progress } from '../commands/shared/progress.js';
import { correlationIdOf } from '../doors/rest/correlation.js';
import { ProblemError, refuse } from '../doors/rest/problem-error.js';
import type { KnownParts } from '../queries/shared/known-parts.js';
import type { Clock, Log } from '../tokens.js';
import { shownIn } from './let-in.js';
import type { LiveSocket } from './live-socket.js';
import { Outbox } from './outbox.js';
import type { Rooms } from './rooms.js';
import { Share } from './share.js';
import { type Subscribing, subscribing } from './subscribe-request.js';
import { Subscription } from './subscription.js';

/** More is a page nobody reads. */
const SUBSCRIPTIONS_MAX = 1_000;
/** Far longer than a new room takes to every publisher. */
const ROOM_KNOWN_MS = 1_000;

export interface LiveParts {
  limits: Pick<RateLimits, 'admit'>;
  eventLog: EventLog;
  devices: Devices;
  parts: KnownParts;
  progress: Progress;
  rooms: Rooms;
  clock: Clock;
  log: Log;
}

export class LiveConnection {
  readonly credential: Credential;
  /** Of the request that opened it: in its log lines. */
  private readonly correlationId: string;
  private readonly outbox: Outbox;
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly share = new Share();
  /** By projection. */
  private readonly toldOperator = new Map<string, string>();
  private closed = false;

  constructor(
    private readonly socket: LiveSocket,
    private readonly live: LiveParts,
  ) {
    this.credential = socket.data.credential;
    this.correlationId = correlationIdOf(socket.request);
    this.outbox = new Outbox(socket);
    // The acknowledgement is what comes last, also behind too few or too many arguments.
    socket.on('subscribe', (...sent: unknown[]) => void this.answer(sent.at(-1), () => this.subscribe(sent[0])));
    socket.on('unsubscribe', (...sent: unknown[]) => void this.answer(sent.at(-1), async () => this.unsubscribe(sent[0])));
  }

  get token(): string {
    return shownIn(this.socket)?.token ?? '';
  }

  /** In log lines. */
  get names(): object {
    return { correlationId: this.correlationId, accountId: this.credential.accountId };
  }

  isOver(connection: LiveSocket['conn'] | undefined): boolean {
    return this.socket.conn === connection;
  }

  disconnect(): void {
    this.close();
    this.socket.disconnect(true);
  }

  close(): void {
    this.closed = true;
    this.outbox.close();
    for (const [stream, subscription] of this.subscriptions) this.end(stream, subscription);
  }

  get isOperator(): boolean {
    return this.credential.scopes.has('operate') && !this.credential.deviceIds;
  }

  /** What has moved. Figures are only worth something fresh: a browser that is busy gets the next ones. */
  tellOperator(messages: ProjectionProgressedMessage[]): void {
    if (!this.outbox.isFree()) return;
    for (const message of messages) {
      const text = JSON.stringify(message);
      if (this.toldOperator.get(message.name) === text) continue;
      this.toldOperator.set(message.name, text);
      this.socket.emit('projection.progressed', message);
    }
  }

  /** What is only worth something fresh is left out where the browser is busy. */
  tellAccount(event: string, data: object): void {
    if (event !== 'analysis.progressed' || this.outbox.isFree()) this.socket.emit(event, data);
  }

  /** Reads views and the log, as a request does: so it is paid for as one. To end a subscription only gives back. */
  private async subscribe(request: unknown): Promise<Started> {
    await this.live.limits.admit(this.credential.id, this.live.clock(), false);
    const wish = subscribing(request);
    const stream = await this.mayListen(wish);
    const after = wish.after ?? this.live.progress.visible(stream);
    if (after > (await this.live.eventLog.head()))
      throw refuse('request.bad-parameter', 'after lies beyond everything recorded.', { parameter: 'after' });
    if (this.closed) throw refuse('request.cancelled', 'The connection was closed.');
    // Nothing is awaited from here on: another subscribe may come in between wherever something is.
    const former = this.subscriptions.get(stream);
    if (!former && this.subscriptions.size >= SUBSCRIPTIONS_MAX)
      throw refuse('limit.subscriptions', `One connection subscribes to at most ${SUBSCRIPTIONS_MAX} devices.`);
    if (former) this.end(stream, former);
    const subscription = this.create(stream, wish, after);
    this.subscriptions.set(stream, subscription);
    this.live.rooms.join(stream, subscription);
    // Until all publishers know of the room they may skip what happens in it: by then they do.
    setTimeout(() => subscription.doubt(), ROOM_KNOWN_MS).unref();
    return { position: after, start: () => this.outbox.wake(subscription) };
  }

  private unsubscribe(request: unknown): Started {
    const { deviceId } = subscribing(request);
    const stream = deviceStream(this.credential.accountId, deviceId);
    const subscription = this.subscriptions.get(stream);
    if (!subscription) throw refuse('device.unknown', `There is no subscription to ${deviceId}.`);
    this.end(stream, subscription);
    return { position: subscription.position };
  }

  private create(stream: string, { deviceId, fields, rateHzMax }: Subscribing, after: number): Subscription {
    const { eventLog, clock, log } = this.live;
    const subscription: Subscription = new Subscription({
      log: eventLog,
      stream,
      deviceId,
      ...(fields && { fields: new Set(fields) }),
      ...(rateHzMax !== undefined && { rateHzMax }),
      after,
      share: this.share,
      now: clock,
      emit: (event, data) => void this.socket.emit(event, data),
      wake: (inMs) => this.outbox.wake(subscription, inMs),
      failed: (error) => {
        log.error({ correlationId: this.correlationId, error: String(error), stream }, 'a live subscription could not read the log');
        // The client resumes with `after`: nothing is lost.
        this.disconnect();
      },
    });
    return subscription;
  }

  private end(stream: string, subscription: Subscription): void {
    subscription.close();
    this.outbox.forget(subscription);
    this.live.rooms.leave(stream, subscription);
    if (this.subscriptions.get(stream) === subscription) this.subscriptions.delete(stream);
  }

  /** The stream of the device, where this credential may read it. */
  private async mayListen({ deviceId, fields }: Subscribing): Promise<string> {
    const { accountId } = this.credential;
    mayReach(this.credential, { scope: 'read', reach: 'device' }, deviceId);
    if (!DEVICE_ID.test(deviceId)) throw refuse('device.unknown', 'No device can have this id.');
    await this.live.devices.find(accountId, deviceId);
    if (fields) {
      const known = new Set([...(await this.live.parts.of(accountId, deviceId)).values()].map((part) => part.field));
      const unknown = fields.find((field) => !known.has(field));
      if (unknown !== undefined)
        throw refuse(
          'request.bad-parameter',
          `There is no field "${unknown.slice(0, 128)}"; there are ${[...known].slice(0, 50).join(', ')}.`,
          { parameter: 'fields' },
        );
    }
    return deviceStream(accountId, deviceId);
  }

  private async answer(ack: unknown, act: () => Promise<Started>): Promise<void> {
    const say = typeof ack === 'function' ? (ack as (answer: SubscribeAck) => void) : () => undefined;
    try {
      const { position, start } = await act();
      say({ ok: true, position: String(position) });
      start?.();
    } catch (error) {
      const { code, detail } = this.problemOf(error);
      say({ ok: false, code, message: detail, ...waitOf(error) });
    }
  }

  private problemOf(error: unknown): Problem {
    if (error instanceof ProblemError) return error.problem();
    if (error instanceof StoreUnavailableError) return problem('overload.unavailable', 'The views cannot be reached at the moment.');
    this.live.log.error({ correlationId: this.correlationId, error: String(error) }, 'a subscription failed');
    return problem('defect', 'An unexpected error.');
  }
}

/** What an answer over HTTP says in a header. */
function waitOf(error: unknown): { retryAfter?: number } {
  const seconds = error instanceof ProblemError ? error.headers['retry-after'] : undefined;
  return seconds === undefined ? {} : { retryAfter: Number(seconds) };
}

interface Started {
  position: number;
  /** After the acknowledgement: messages come behind it. */
  start?: () => void;
}
