/** Holds one device's latest values and tells, a few times a second at most, what shows them. */
import type { DeviceSchema, LatestView, ReadingsRecordedMessage } from '#contracts';
import { latestIn, latestOf, newer, type LatestValue, type LatestValues } from './latest.js';

/** A person reads no faster; each value's own component renders only when its value changed. */
const TELL_EVERY_MS = 200;

export class LatestStore {
  private values: LatestValues = {};
  private readonly watchers = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private seen: number | undefined;
  private known = false;

  readonly get = (field: string): LatestValue | undefined => this.values[field];
  readonly all = (): LatestValues => this.values;
  /** False until it has been asked for once: then a field without a value has none. */
  readonly isKnown = (): boolean => this.known;
  /** When the newest reading reached the server, as far as this page knows; ms since epoch. */
  readonly seenAt = (): number | undefined => this.seen;

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  answered(view: LatestView): void {
    // The live values came later than the answer was made.
    this.values = newer(latestOf(view), this.values);
    this.known = true;
    this.tell();
  }

  received(message: ReadingsRecordedMessage, schema: DeviceSchema, now: number): void {
    this.values = newer(this.values, latestIn(message, schema));
    this.sawAt(now);
  }

  sawAt(time: number): void {
    if (this.seen !== undefined && this.seen >= time) return;
    this.seen = time;
    this.tellSoon();
  }

  private tellSoon(): void {
    this.timer ??= setTimeout(() => this.tell(), TELL_EVERY_MS);
  }

  private tell(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const watcher of this.watchers) watcher();
  }
}
