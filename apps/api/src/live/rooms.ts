/** Who listens to which device here; the bus is told of the first and the last. */
import type { LiveBus, LiveMessage } from '#ports';
import type { Subscription } from './subscription.js';

const DOUBTS_A_MS = 5;
const DOUBT_SPREAD_MS_MAX = 2_000;

export class Rooms {
  private readonly listeners = new Map<string, Set<Subscription>>();

  constructor(private readonly bus: LiveBus) {}

  join(room: string, subscription: Subscription): void {
    const known = this.listeners.get(room);
    if (known) {
      known.add(subscription);
      return;
    }
    this.listeners.set(room, new Set([subscription]));
    this.bus.setListening(room, true);
  }

  leave(room: string, subscription: Subscription): void {
    const known = this.listeners.get(room);
    if (!known?.delete(subscription) || known.size > 0) return;
    this.listeners.delete(room);
    this.bus.setListening(room, false);
  }

  /** The bus may have left something out. */
  doubt(): void {
    const all = [...this.listeners.values()].flatMap((some) => [...some]);
    // Each asks the log: not all at once.
    const spreadMs = Math.min(DOUBT_SPREAD_MS_MAX, all.length / DOUBTS_A_MS);
    for (const subscription of all) setTimeout(() => subscription.doubt(), Math.random() * spreadMs).unref();
  }

  deliver({ room, event, data, revisions }: LiveMessage): void {
    const known = this.listeners.get(room);
    if (!known) return;
    const message = { event, data, position: Number(data['position']), ...(revisions && { revisions }) };
    for (const subscription of [...known]) subscription.take(message);
  }
}
