/** Who listens to which device here; the bus is told of the first and the last. */
import type { LiveBus, LiveMessage } from '#ports';
import type { Subscription } from './subscription.js';

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

  deliver({ room, event, data }: LiveMessage): void {
    const known = this.listeners.get(room);
    if (!known) return;
    const message = { event, data, position: Number(data['position']) };
    for (const subscription of [...known]) subscription.take(message);
  }
}
