/** What concerns an account as a whole, told to each of its browsers that may read it: analyses and alerts. */
import { accountStream } from '#contracts';
import type { LiveBus, LiveMessage } from '#ports';
import type { LiveConnection } from './live-connection.js';

const EVENTS: ReadonlySet<string> = new Set([
  'analysis.progressed',
  'analysis.completed',
  'alert.raised',
  'alert.cleared',
  'alert.changed',
]);

type Listener = Pick<LiveConnection, 'credential' | 'tellAccount'>;

export class AccountFeed {
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(private readonly bus: LiveBus) {}

  /** A key that is bound to devices, or may not read, hears nothing. */
  join(listener: Listener): void {
    const { accountId, deviceIds, scopes } = listener.credential;
    if (deviceIds || !scopes.has('read')) return;
    const room = accountStream(accountId);
    const known = this.listeners.get(room);
    if (known) {
      known.add(listener);
      return;
    }
    this.listeners.set(room, new Set([listener]));
    this.bus.setListening(room, true);
  }

  leave(listener: Listener): void {
    const room = accountStream(listener.credential.accountId);
    const known = this.listeners.get(room);
    if (!known?.delete(listener) || known.size > 0) return;
    this.listeners.delete(room);
    this.bus.setListening(room, false);
  }

  deliver({ room, event, data }: LiveMessage): void {
    if (!EVENTS.has(event)) return;
    for (const listener of this.listeners.get(room) ?? []) listener.tellAccount(event, data);
  }
}
