/** What every detector of anomalies is: a reducer over readings that says how strongly the newest one contradicts all before it. */
export interface Detector<State extends object = object> {
  name: string;
  /** The strength from which a reading is anomalous; it gets the score 0.5. */
  limit: number;
  initial(): State;
  /** Changes the state; gives the strength of the reading. `value` is finite, and less by the first of the series. */
  step(state: State, time: number, value: number, options: Options): number;
  /** Why the latest reading is as strong as it is, in words with numbers. `origin` is the first value of the series. */
  why(state: State, origin: number): string;
}

export interface Options {
  /** Readings that `robust-z` compares with. */
  window: number;
  /** The length of a season, in ms. */
  period: number;
}

/** A mean in which the past fades: of the first few readings the plain mean. */
export interface Fading {
  n: number;
  mean: number;
}

export const newFading = (): Fading => ({ n: 0, mean: 0 });

export function fade(fading: Fading, value: number, readings: number): void {
  if (fading.n < readings) fading.n++;
  fading.mean += (value - fading.mean) / fading.n;
}

/** How many times what is usual; before enough is known to call it usual, 0. Where nothing was ever different, any difference is large. */
export function times(size: number, usual: Fading): number {
  if (size === 0 || usual.n < KNOWN) return 0;
  return usual.mean > 0 ? Math.min(size / usual.mean, RATIO_MAX) : FROM_NOTHING;
}
const KNOWN = 8;
const RATIO_MAX = 65_536;
const FROM_NOTHING = 64;

/** For people. */
export const figure = (value: number, digits = 3): string => String(Number(value.toPrecision(digits)));
/** A reading: to six digits, and whole as far as it is above 1. `beside` another it is as exact as tells the two apart. */
export function reading(value: number, beside?: number): string {
  const apart = beside === undefined || beside === value ? value / 1_000 : beside - value;
  const decimals = 2 - Math.floor(Math.log10(Math.abs(apart)));
  return Number.isFinite(decimals) ? String(Number(value.toFixed(Math.min(Math.max(decimals, 0), DECIMALS_MAX)))) : String(value);
}
const DECIMALS_MAX = 100;
/** Two readings, each as exact as tells it from the other; a detector knows them by their distance from `origin`. */
export const readings = (origin: number, one: number, other: number): [string, string] => [
  reading(origin + one, origin + other),
  reading(origin + other, origin + one),
];
