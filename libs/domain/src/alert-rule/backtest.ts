/** What a rule would have done: the live evaluation over events of the past, in the order in which they arrived. */
import type { BacktestOutcome, FiringView, RecordedEvent } from '#contracts';
import { Evaluation, type Decided } from './evaluate/evaluation.js';
import type { EvaluationTools } from './evaluate/leaf.js';

/** More than anyone reads; all are counted. */
export const FIRINGS_MAX = 10_000;

export class Backtest {
  private readonly evaluation: Evaluation;
  /** With their place within the event, to be put in order. */
  private readonly firings: { firing: FiringView; index: number }[] = [];
  private readonly open = new Map<string, FiringView>();
  private readonly devices = new Set<string>();
  private count = 0;
  private firingMs = 0;
  private readings = 0;
  private latest = 0;

  constructor(tools: EvaluationTools) {
    this.evaluation = new Evaluation(tools, () => true);
  }

  /** Events of the rule, of the devices it looks at and of those it compares them with, in order of position. */
  take(event: RecordedEvent): void {
    if (event.type === 'ReadingsReceived') {
      this.readings += (event.data as { time: unknown[] }).time.length;
      this.devices.add(event.stream);
    }
    this.note(this.evaluation.take(event));
  }

  /** The clock of arrival has come to `until`: nothing comes any more. `now`: for what still fires then. */
  end(until: number): void {
    this.latest = until;
    this.note(this.evaluation.advance(until));
  }

  outcome(): Omit<BacktestOutcome, 'tookMs'> {
    let firingMs = this.firingMs;
    for (const { raisedAt } of this.open.values()) firingMs += Math.max(0, this.latest - raisedAt);
    return {
      firings: this.firings.sort(inOrder).map(({ firing }) => firing),
      ...(this.count > this.firings.length && { truncated: true }),
      count: this.count,
      firingMs,
      devices: this.devices.size,
      readings: this.readings,
      late: this.evaluation.late,
    };
  }

  private note(decided: readonly Decided[]): void {
    for (const { deviceId, transition } of decided) {
      if (transition.kind === 'raised') {
        const { since, at: raisedAt, cause, value, position, index } = transition;
        const firing: FiringView = { deviceId, since, raisedAt, cause, position: String(position), ...(value !== undefined && { value }) };
        this.open.set(deviceId, firing);
        if (this.count++ < FIRINGS_MAX) this.firings.push({ firing, index });
      } else {
        const firing = this.open.get(deviceId);
        this.open.delete(deviceId);
        if (!firing) continue;
        firing.clearedAt = transition.at;
        firing.clearReason = transition.reason ?? 'recovered';
        this.firingMs += transition.at - firing.raisedAt;
      }
    }
  }
}

/** As alerts are listed: by the event that raised them, wherever its device was looked at. */
function inOrder(a: { firing: FiringView; index: number }, b: { firing: FiringView; index: number }): number {
  const byEvent = Number(a.firing.position) - Number(b.firing.position) || a.index - b.index;
  return byEvent || (a.firing.deviceId < b.firing.deviceId ? -1 : 1);
}
