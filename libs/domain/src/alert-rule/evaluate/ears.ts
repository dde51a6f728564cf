/** Who listens to the readings of one device. A rule on the values of one field knows nothing of a device with which all is well but how new its latest
 *  reading is, and that is the same for all such rules: so they sleep, side by side, and a batch is held against what all of them sleep through. A
 *  thousand rules then cost about as much as one. */
import type { KnownRule } from './known-rule.js';
import { isValue, type ReadingBatch } from './reading-batch.js';

/** A rule that is told of readings, for the sake of the device `subject`. */
export interface Listening {
  rule: KnownRule;
  subject: string;
}

interface Heard {
  min: number;
  max: number;
  latest: number;
  late: number;
}

export class Ears {
  /** Told of every batch. */
  readonly awake: Listening[] = [];
  private readonly beds = new Map<string, Bed>();

  /** `heard`: the device's own record of what those asleep know, kept true. */
  constructor(
    private readonly deviceId: string,
    private readonly heard: Record<string, number>,
  ) {}

  get empty(): boolean {
    return this.awake.length === 0 && this.beds.size === 0;
  }

  add(listening: Listening): void {
    const { rule, subject } = listening;
    const field = rule.evaluator.sleepsOn;
    if (field === undefined || subject !== this.deviceId || !rule.asleep.has(subject)) this.awake.push(listening);
    else this.bedOn(field).lay(rule);
  }

  /** Nobody is asleep on what has no bed. */
  added(): this {
    for (const field of Object.keys(this.heard)) if (!this.beds.has(field)) delete this.heard[field];
    return this;
  }

  /** Wakes those that this batch may matter to, as they were before it. */
  wake(batch: ReadingBatch): void {
    for (const [field, bed] of this.beds) {
      const before = this.heard[field]!;
      const heard = hear(batch, field, before);
      if (!heard) continue;
      for (const rule of bed.wokenBy(heard)) {
        rule.asleep.delete(this.deviceId);
        rule.setState(this.deviceId, rule.evaluator.awoken(before));
        this.awake.push({ rule, subject: this.deviceId });
      }
      this.heard[field] = heard.latest;
      if (bed.empty) this.beds.delete(field);
    }
  }

  /** Lays those down again that know nothing more than the others do. */
  sleep(): void {
    for (let i = this.awake.length - 1; i >= 0; i--) {
      const { rule, subject } = this.awake[i]!;
      const field = rule.evaluator.sleepsOn;
      const state = field === undefined ? undefined : rule.states.get(subject);
      if (!state || !rule.evaluator.canSleep(state)) continue;
      const [latest] = state.latest;
      if (this.beds.has(field!) && this.heard[field!] !== latest) continue;
      this.heard[field!] = latest!;
      rule.late += state.late;
      rule.forget(subject);
      rule.asleep.add(subject);
      this.bedOn(field!).lay(rule);
      this.awake.splice(i, 1);
    }
  }

  private bedOn(field: string): Bed {
    let bed = this.beds.get(field);
    if (!bed) this.beds.set(field, (bed = new Bed()));
    return bed;
  }
}

const NOBODY: readonly KnownRule[] = [];

/** Those that sleep on one field. */
class Bed {
  private readonly rules = new Set<KnownRule>();
  /** Nobody wakes from values between these. */
  min = -Infinity;
  max = Infinity;

  get empty(): boolean {
    return this.rules.size === 0;
  }

  lay(rule: KnownRule): void {
    this.rules.add(rule);
    this.min = Math.max(this.min, rule.evaluator.quiet.min);
    this.max = Math.min(this.max, rule.evaluator.quiet.max);
  }

  wokenBy(heard: Heard): readonly KnownRule[] {
    const woken = this.sleepsThrough(heard) ? NOBODY : [...this.rules].filter(({ evaluator: { quiet } }) => !isWithin(heard, quiet));
    if (woken.length > 0) this.remake(woken);
    // Those that wake count for themselves.
    if (heard.late > 0) for (const rule of this.rules) rule.late += heard.late;
    return woken;
  }

  private sleepsThrough(heard: Heard): boolean {
    return heard.min > heard.max || isWithin(heard, this);
  }

  private remake(woken: readonly KnownRule[]): void {
    for (const rule of woken) this.rules.delete(rule);
    [this.min, this.max] = [-Infinity, Infinity];
    for (const rule of this.rules) this.lay(rule);
  }
}

const isWithin = (inner: { min: number; max: number }, outer: { min: number; max: number }): boolean =>
  inner.min >= outer.min && inner.max <= outer.max;

/** What of a batch is not too late, as every rule that knows a reading of `latest` sees it. Undefined where it does not carry the field. */
function hear(batch: ReadingBatch, field: string, latest: number): Heard | undefined {
  const summary = batch.summary(field);
  if (!summary) return undefined;
  const { min, max, ascending, firstTime, lastTime } = summary;
  if (ascending && firstTime >= latest) return { min, max, latest: lastTime, late: 0 };
  const heard: Heard = { min: Infinity, max: -Infinity, latest, late: 0 };
  const column = batch.column(field)!;
  for (let i = 0; i < batch.time.length; i++) {
    const value = column[i]!;
    if (!isValue(value)) continue;
    if (batch.time[i]! < heard.latest) heard.late++;
    else {
      heard.latest = batch.time[i]!;
      heard.min = Math.min(heard.min, value);
      heard.max = Math.max(heard.max, value);
    }
  }
  return heard;
}
