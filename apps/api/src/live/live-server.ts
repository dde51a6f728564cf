/** Step 7 of the journey: what is recorded reaches the browsers that asked for it, over Socket.IO. */
import type { Server as HttpServer } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { type DefaultEventsMap, Server } from 'socket.io';
import { EventLog, LiveBus, type LiveMessage, PROGRESS_ROOM } from '#ports';
import { Admission } from '../admission/admission.js';
import type { Credential } from '../admission/credentials.js';
import { KeyRing } from '../admission/key-ring.js';
import { Devices } from '../commands/shared/devices.js';
import { Progress } from '../commands/shared/progress.js';
import { Metrics } from '../operator/metrics.js';
import { ProjectionViews } from '../operator/projections/projection-views.js';
import { KnownParts } from '../queries/shared/known-parts.js';
import { CLOCK, type Clock, LOG, type Log } from '../tokens.js';
import { AccountFeed } from './account-feed.js';
import { letIn } from './let-in.js';
import { LiveConnection } from './live-connection.js';
import { OperatorFeed } from './operator-feed.js';
import type { LiveSocket, SocketData } from './live-socket.js';
import { Rooms } from './rooms.js';
import { boundUnread, type Connection } from './unread.js';

/** What a browser sends: subscriptions, never data. */
const MESSAGE_BYTES_MAX = 128 * 1024;
/** How often sockets whose key or session has run out are looked for. */
const EXPIRY_SWEEP_MS = 500;
/** How often the views are asked whether keys and sessions of open sockets still stand, should nobody have told us. */
const REVOKED_SWEEP_MS = 5_000;

@Injectable()
export class LiveServer {
  private io: Server<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData> | undefined;
  private readonly connections = new Map<string, LiveConnection>();
  private readonly rooms: Rooms;
  private sweeps: NodeJS.Timeout[] = [];
  private stops: (() => void)[] = [];
  private looking: Promise<void> | undefined;
  private readonly feed: OperatorFeed;
  private readonly accounts: AccountFeed;

  constructor(
    @Inject(LiveBus) private readonly bus: LiveBus,
    @Inject(EventLog) private readonly eventLog: EventLog,
    @Inject(KeyRing) private readonly keys: KeyRing,
    @Inject(Admission) private readonly admission: Admission,
    @Inject(Devices) private readonly devices: Devices,
    @Inject(KnownParts) private readonly parts: KnownParts,
    @Inject(Progress) private readonly progress: Progress,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(ProjectionViews) projections: ProjectionViews,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.rooms = new Rooms(bus);
    this.accounts = new AccountFeed(bus);
    this.feed = new OperatorFeed(projections, () => this.connections.values(), log);
  }

  attach(server: HttpServer): void {
    this.io = new Server(server, { serveClient: false, maxHttpBufferSize: MESSAGE_BYTES_MAX, perMessageDeflate: false });
    boundUnread(this.io.engine, (connection) => this.cutOff(connection));
    this.io.use(letIn(this.keys));
    this.io.on('connection', (socket) => this.connected(socket));
    this.stops = [this.bus.subscribe((messages) => this.told(messages)), this.bus.onGap(() => this.doubt())];
    this.keys.onChanged((credentialId) => this.disconnectWhere((credential) => credential.id === credentialId));
    const expire = (): void => {
      const now = this.clock();
      this.disconnectWhere(({ expiresAt = Infinity }) => now >= expiresAt);
    };
    this.sweeps = [setInterval(expire, EXPIRY_SWEEP_MS), setInterval(() => this.disconnectRevoked(), REVOKED_SWEEP_MS)];
    for (const sweep of this.sweeps) sweep.unref();
    this.feed.start();
  }

  async close(): Promise<void> {
    for (const sweep of this.sweeps) clearInterval(sweep);
    this.feed.stop();
    for (const stop of this.stops) stop();
    this.io?.disconnectSockets(true);
    this.io?.engine.close();
    await Promise.resolve();
  }

  private connected(socket: LiveSocket): void {
    const { eventLog, devices, parts, progress, clock, log, rooms } = this;
    const { limits } = this.admission;
    const connection = new LiveConnection(socket, { limits, eventLog, devices, parts, progress, clock, log, rooms });
    this.connections.set(socket.id, connection);
    this.accounts.join(connection);
    this.metrics.socketsOpen(this.connections.size);
    socket.on('disconnect', () => {
      connection.close();
      this.accounts.leave(connection);
      this.connections.delete(socket.id);
      this.metrics.socketsOpen(this.connections.size);
    });
    // Revoked between the handshake and now: nobody told us of it. Where the views cannot be asked, the next sweep asks them.
    const check = (credential: Credential | undefined): void => void (credential ?? socket.disconnect(true));
    this.keys.find(connection.token).then(check, () => undefined);
  }

  private cutOff(connection: Connection | undefined): void {
    const whose = [...this.connections.values()].find((one) => one.isOver(connection));
    this.metrics.socketCutOff();
    this.log.info({ ...whose?.names }, 'a browser that does not read was cut off');
  }

  private told(messages: LiveMessage[]): void {
    for (const message of messages) {
      if (message.room === PROGRESS_ROOM) continue;
      this.rooms.deliver(message);
      this.accounts.deliver(message);
    }
  }

  /** The bus may have left something out: readings, and that a key was revoked. */
  private doubt(): void {
    this.rooms.doubt();
    this.disconnectRevoked();
  }

  private disconnectRevoked(): void {
    const credentials = new Map([...this.connections.values()].map(({ credential }) => [credential.hash, credential]));
    this.looking ??= this.keys
      .revokedAmong(credentials.values())
      .then((ids) => {
        const revoked = new Set(ids);
        if (revoked.size > 0) this.disconnectWhere(({ id }) => revoked.has(id));
      })
      .catch((error: unknown) => this.log.warn({ error: String(error) }, 'keys of open sockets could not be looked up'))
      .finally(() => (this.looking = undefined));
  }

  private disconnectWhere(matches: (credential: Credential) => boolean): void {
    for (const connection of [...this.connections.values()]) {
      if (matches(connection.credential)) connection.disconnect();
    }
  }
}
