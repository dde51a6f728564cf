/** Does to readings what bad links, bad clocks and bad sensors do, and says exactly what it did. */
import { UsageError } from '../quantities.js';
import type { Random } from './random.js';
import type { SimulatedValues } from './simulated-device.js';

/** Share of readings, 0 to 1, to which each happens. */
export interface FaultRates {
  /** Sent once more, a little later. */
  duplicates: number;
  /** Sent after up to five of its successors. */
  reorder: number;
  /** Never sent, though its sequence number is used up. */
  gaps: number;
  /** Its clock is up to a minute wrong. */
  skew: number;
  /** An outage begins: this and the next 5 to 20 are held and sent at once. */
  bursts: number;
  /** A value the schema refuses. */
  invalid: number;
}

export const NO_FAULTS: FaultRates = { duplicates: 0, reorder: 0, gaps: 0, skew: 0, bursts: 0, invalid: 0 };

export interface SimulatedReading {
  time: number;
  seq: number;
  values: SimulatedValues;
}

/** A reading as it is sent. `copy` where the same was, or will be, sent as the original. */
export interface Emission {
  reading: SimulatedReading;
  copy: boolean;
  invalid: boolean;
}

interface Held {
  emission: Emission;
  releaseAt: number;
}

const SKEW_MAX_MS = 60_000;

export class FaultInjector {
  private held: Held[] = [];
  private step = -1;
  private outageUntil = -1;

  constructor(
    private readonly rates: FaultRates,
    private readonly random: Random,
  ) {}

  /** Takes the next reading; gives what is sent now, in order. The first reading is never a gap: it is where counting begins. */
  take(original: SimulatedReading): Emission[] {
    this.step++;
    const draw = this.draws();
    if (this.step > this.outageUntil && draw.bursts < this.rates.bursts) this.outageUntil = this.step + 5 + Math.floor(draw.length * 16);
    const isGap = draw.gaps < this.rates.gaps && this.step > 0;
    if (!isGap) this.hold(original, draw);
    return this.release(this.step);
  }

  /** What is still held, when the device stops. */
  finish(): Emission[] {
    return this.release(Infinity);
  }

  private hold(original: SimulatedReading, draw: Draws): void {
    const invalid = draw.invalid < this.rates.invalid;
    const reading = {
      ...original,
      time: draw.skew < this.rates.skew ? Math.round(original.time + (draw.amount * 2 - 1) * SKEW_MAX_MS) : original.time,
      values: invalid ? spoil(original.values, draw.amount) : original.values,
    };
    const delay = draw.reorder < this.rates.reorder ? 1 + Math.floor(draw.length * 5) : 0;
    const releaseAt = Math.max(this.step + delay, this.outageUntil);
    this.held.push({ emission: { reading, copy: false, invalid }, releaseAt });
    if (draw.duplicates < this.rates.duplicates) {
      this.held.push({ emission: { reading, copy: true, invalid }, releaseAt: releaseAt + Math.floor(draw.amount * 4) });
    }
  }

  private release(upTo: number): Emission[] {
    if (this.held.length === 0) return [];
    const due = this.held.filter((held) => held.releaseAt <= upTo).sort((a, b) => a.releaseAt - b.releaseAt);
    if (due.length > 0) this.held = this.held.filter((held) => held.releaseAt > upTo);
    return due.map((held) => held.emission);
  }

  /** Always the same number of draws, so that changing one rate leaves the other faults where they were. */
  private draws(): Draws {
    const { random } = this;
    return {
      duplicates: random(),
      reorder: random(),
      gaps: random(),
      skew: random(),
      bursts: random(),
      invalid: random(),
      length: random(),
      amount: random(),
    };
  }
}

type Draws = FaultRates & { length: number; amount: number };

const SPOILERS: ((values: SimulatedValues) => SimulatedValues)[] = [
  (values) => ({ ...values, temperature: 850 }),
  (values) => ({ ...values, temperature: -273 }),
  (values) => ({ ...values, humidity: 'wet' }),
  (values) => ({ ...values, state: 'on fire' }),
  (values) => ({ ...values, smell: 3 }),
  ({ temperature: _left, ...others }) => others,
];

function spoil(values: SimulatedValues, amount: number): SimulatedValues {
  const spoiler = SPOILERS[Math.floor(amount * SPOILERS.length)];
  return spoiler ? spoiler(values) : values;
}

/** `duplicates=0.01,reorder=0.05` → rates; what is not named does not happen. */
export function parseFaults(text: string): FaultRates {
  const rates = { ...NO_FAULTS };
  for (const part of text.split(',').filter(Boolean)) {
    const [name = '', share = ''] = part.split('=').map((word) => word.trim());
    if (!(name in rates)) throw new UsageError(`There is no fault "${name}"; there are ${Object.keys(rates).join(', ')}.`);
    const rate = Number(share);
    if (share === '' || !(rate >= 0 && rate <= 1)) throw new UsageError(`The share of ${name} is a number from 0 to 1, not "${share}".`);
    rates[name as keyof FaultRates] = rate;
  }
  return rates;
}
