/** What a network that watches a series is shown of the readings before the next one, and what it expects then. Reading by reading, evenly spaced or not. */
import { predict, type Network } from './network.js';

/** Times in ms, ascending; no value is missing. */
export interface LearnedFrom {
  time: Float64Array;
  value: Float64Array;
}

export interface Watched {
  /** ms. */
  period: number;
  /** Readings in a period, where the series was found to repeat itself after it. */
  lag?: number;
  /** A usual distance from one reading to the next. */
  scale: number;
}

/** The reading of so long ago, counted in readings; 1: the last one. */
export type Ago = (readings: number) => number;

const RECENT = 8;
const LEVEL_OF = 24;
/** Tells where the level is, whatever the offset. */
const LONG = 240;
const HARMONICS = 3;
/** Farther than so many usual distances says no more than away: a wild reading must not drive the network to where it was never trained. */
const WIDE = 6;

export const featureCount = ({ lag }: Watched): number => RECENT - 1 + 3 + 2 * HARMONICS + (lag === undefined ? 0 : 6);

/** So many readings must be known. */
export const reachOf = ({ lag = 0 }: Watched): number => Math.max(LONG, lag + 1);

export function writeFeatures(
  ago: Ago,
  time: number,
  { period, lag, scale }: Watched,
  into: Float32Array | Float64Array,
  at: number,
): void {
  const last = ago(1);
  let next = at;
  const put = (value: number): void => void (into[next++] = value);
  const putFrom = (from: number, value: number): void => put(Math.tanh((value - from) / scale / WIDE) * WIDE);
  for (let i = 2; i <= RECENT; i++) putFrom(last, ago(i));
  putFrom(last, meanOf(ago, LONG));
  putFrom(last, meanOf(ago, LEVEL_OF));
  putFrom(last, meanOf(ago, RECENT));
  const angle = (2 * Math.PI * (((time % period) + period) % period)) / period;
  for (let k = 1; k <= HARMONICS; k++) {
    put(Math.sin(k * angle));
    put(Math.cos(k * angle));
  }
  if (lag === undefined) return;
  // How it went on a season before, and how far all is from then.
  const then = ago(lag + 1);
  for (const near of [1, 0, -1, -2]) putFrom(then, ago(Math.max(1, lag + near)));
  putFrom(last, then);
  putFrom(last, ago(lag));
}

/** What is expected at `time`. */
export function expected(network: Network, ago: Ago, time: number, watched: Watched): number {
  const features = new Float64Array(featureCount(watched));
  writeFeatures(ago, time, watched, features, 0);
  return ago(1) + watched.scale * predict(network, features);
}

function meanOf(ago: Ago, count: number): number {
  let sum = 0;
  for (let i = 1; i <= count; i++) sum += ago(i);
  return sum / count;
}

/** The last readings, in a ring: `next` is where the next one goes. Plain JSON. */
export interface Recent {
  ring: number[];
  next: number;
  count: number;
}

export const newRecent = (watched: Watched): Recent => ({ ring: new Array<number>(reachOf(watched)).fill(0), next: 0, count: 0 });

export function remember(recent: Recent, value: number): void {
  recent.ring[recent.next] = value;
  recent.next = (recent.next + 1) % recent.ring.length;
  if (recent.count < recent.ring.length) recent.count++;
}

export const isFull = ({ ring, count }: Recent): boolean => count === ring.length;

export const agoIn =
  ({ ring, next }: Recent): Ago =>
  (readings) =>
    ring[(next - readings + ring.length) % ring.length]!;
