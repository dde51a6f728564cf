/** How many events lie between a position and the head of the log: counted where the tail has seen them, estimated elsewhere, since positions
 *  of some logs have gaps. Where they have none, estimates are exact. */
import type { RecordedEvent } from '#contracts';
import type { EventLog } from '#ports';

interface Mark {
  position: number;
  /** Events seen up to there, since the tail began. */
  count: number;
}

/** Batches of the tail, some minutes at full speed. */
const MARKS_MAX = 2_048;
/** Events looked at to learn how far apart positions are. */
const SAMPLE_EVENTS = 256;

export interface Behind {
  events: number;
  /** Since the first of them was recorded. */
  seconds: number;
}

export class LogMeter {
  /** When the newest event that the tail has read was recorded. */
  newest = -Infinity;
  private marks: Mark[] = [];

  constructor(
    private readonly log: EventLog,
    private readonly now: () => number,
  ) {}

  /** The tail has read what stands after this position. */
  saw(after: number, events: readonly RecordedEvent[]): void {
    this.newest = Math.max(this.newest, events.at(-1)!.metadata.recordedAt);
    const last = this.marks.at(-1);
    if (last?.position !== after) this.marks = [{ position: after, count: 0 }];
    this.marks.push({ position: events.at(-1)!.position, count: (last?.position === after ? last.count : 0) + events.length });
    if (this.marks.length > MARKS_MAX) this.marks.splice(0, MARKS_MAX / 2);
  }

  async behind(position: number, head: number): Promise<Behind> {
    if (position >= head) return { events: 0, seconds: 0 };
    const [next] = await this.log.readAll(position, 1);
    if (!next) return { events: 0, seconds: 0 };
    const seconds = Math.max(0, this.now() - next.metadata.recordedAt) / 1_000;
    return { events: Math.max(1, Math.round(await this.count(position, head))), seconds };
  }

  private async count(position: number, head: number): Promise<number> {
    const [first, last] = [this.marks[0], this.marks.at(-1)];
    if (!first || !last) return (head - position) / (await this.distance(position));
    const seen = position < last.position ? last.count - this.countAt(Math.max(position, first.position)) : 0;
    const unseen = Math.max(0, first.position - position) + Math.max(0, head - Math.max(position, last.position));
    return unseen === 0 ? seen : seen + unseen / (await this.distance(position));
  }

  /** Between two marks it goes by the distance. */
  private countAt(position: number): number {
    const { marks } = this;
    let low = 0;
    let high = marks.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (marks[middle]!.position <= position) low = middle;
      else high = middle;
    }
    const [before, after] = [marks[low]!, marks[high]!];
    if (after.position === before.position) return before.count;
    return before.count + ((after.count - before.count) * (position - before.position)) / (after.position - before.position);
  }

  /** From one position to the next, on average. */
  private async distance(position: number): Promise<number> {
    const [first, last] = [this.marks[0], this.marks.at(-1)];
    if (first && last && last.count > first.count) return (last.position - first.position) / (last.count - first.count);
    const events = await this.log.readAll(position, SAMPLE_EVENTS);
    return Math.max(1, (events.at(-1)!.position - position) / events.length);
  }
}
