/** Anomalies made on purpose, put into readings that have none of their own to find out who notices: the kinds that sensors and machines are known for. */
import type { Random } from './random.js';

/** Changes `values`, which are those from where it begins; `before` are as many, up to there. */
type Injection = (values: Float64Array, random: Random, sizes: Sizes, before: Float64Array) => void;

interface Sizes {
  /** A usual distance from one reading to the next. */
  jump: number;
  /** A usual distance from the mean. */
  away: number;
}

/** So many readings at most are changed, and looked at. */
export const INJECTED_MAX = 40;

const sign = (random: Random): number => (random.next() < 0.5 ? -1 : 1);
const within = (random: Random, low: number, high: number): number => low + (high - low) * random.next();

export const INJECTIONS: Readonly<Record<string, Injection>> = {
  /** A reading that jumps out. */
  spike(values, random, { jump }) {
    values[0]! += sign(random) * within(random, 3, 12) * jump;
  },
  /** All from here on at another level. */
  shift(values, random, { jump, away }) {
    const by = sign(random) * (within(random, 1, 5) * jump + within(random, 0, 1) * away);
    for (let i = 0; i < values.length; i++) values[i]! += by;
  },
  /** Ever further away. */
  drift(values, random, { jump, away }) {
    const by = (sign(random) * (within(random, 2, 8) * jump + within(random, 0.5, 2) * away)) / values.length;
    for (let i = 0; i < values.length; i++) values[i]! += by * (i + 1);
  },
  /** Restless. */
  noise(values, random, { jump }) {
    const by = within(random, 2, 6) * jump;
    for (let i = 0; i < values.length; i++) values[i]! += by * random.normal();
  },
  /** The pattern is late. */
  late(values, random, _, before) {
    const by = 6 + random.below(18);
    const all = Float64Array.of(...before, ...values);
    values.set(all.subarray(before.length - by, all.length - by));
  },
  /** Nothing that was never seen, in an order that was never seen. */
  reversed(values) {
    values.reverse();
  },
  /** The same again and again. */
  stuck(values) {
    values.fill(values[0]!);
  },
};
