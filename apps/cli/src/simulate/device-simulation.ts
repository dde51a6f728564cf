/** One simulated device: generates, spoils, queues and accounts for its readings. Pure but for its own state. */
import { FaultInjector, type Emission, type FaultRates } from './faults.js';
import { PredictedAccount } from './predicted-account.js';
import { createRandom } from './random.js';
import { createGenerator, type Generator } from './simulated-device.js';

export interface DeviceSimulationOptions {
  seed: number;
  index: number;
  deviceId: string;
  firstSeq: number;
  /** Device time of the first reading, ms since epoch. */
  start: number;
  /** Device time from reading to reading, ms. */
  interval: number;
  faults: FaultRates;
}

export class DeviceSimulation {
  readonly account: PredictedAccount;
  readonly deviceId: string;
  /** Readings generated so far, gaps included. */
  generated = 0;
  /** Sent but not yet taken into a batch, in order. */
  private pending: Emission[] = [];
  private readonly generate: Generator;
  private readonly injector: FaultInjector;

  constructor(private readonly options: DeviceSimulationOptions) {
    this.deviceId = options.deviceId;
    this.account = new PredictedAccount(options.firstSeq);
    this.generate = createGenerator(options.seed, options.index);
    this.injector = new FaultInjector(options.faults, createRandom(options.seed, options.index, 'faults'));
  }

  get pendingCount(): number {
    return this.pending.length;
  }

  /** Generates up to reading number `count`; returns how many more are pending. */
  advanceTo(count: number): number {
    const before = this.pending.length;
    for (; this.generated < count; this.generated++) {
      const time = Math.round((this.options.start + this.generated * this.options.interval) * 1_000) / 1_000;
      const reading = { time, seq: this.options.firstSeq + this.generated, values: this.generate(time) };
      this.pending.push(...this.injector.take(reading));
    }
    return this.pending.length - before;
  }

  /** Releases what the faults hold back; returns how many more are pending. */
  finish(): number {
    const rest = this.injector.finish();
    this.pending.push(...rest);
    return rest.length;
  }

  /** The next at most `max` pending readings as a request body; they count as sent. */
  takeBatch(max: number): { body: string; count: number } {
    const batch = this.pending.splice(0, max);
    for (const emission of batch) this.account.note(emission);
    const readings = batch.map(({ reading }) => ({ time: reading.time, seq: reading.seq, ...reading.values }));
    return { body: JSON.stringify(readings), count: batch.length };
  }
}
