/** The second clock: `asOf` as a position of the log, or as the time when we knew. */
import { Inject, Injectable } from '@nestjs/common';
import { parseTime } from '#domain';
import { EventLog } from '#ports';
import { badParameter, type Parameters, textOf } from './parameters.js';

@Injectable()
export class AsOf {
  constructor(@Inject(EventLog) private readonly log: EventLog) {}

  /** Undefined where everything known counts. A number is a position; a time stands for the last event recorded by then. */
  async position(parameters: Parameters): Promise<number | undefined> {
    const text = textOf(parameters, 'asOf');
    if (text === undefined) return undefined;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    const time = text.includes('-') ? parseTime(text.replace(/ (\d\d:?\d\d)$/, '+$1')) : undefined;
    if (time === undefined) throw badParameter('asOf', 'asOf is a position of the log or an ISO 8601 time.');
    return this.lastRecordedBy(time);
  }

  /** Events are recorded in nearly the order of their time: a binary search finds the place. */
  private async lastRecordedBy(time: number): Promise<number> {
    let low = 0;
    let high = await this.log.head();
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [event] = await this.log.readAll(middle, 1);
      if (event && event.metadata.recordedAt <= time) low = Math.max(middle + 1, event.position);
      else high = middle;
    }
    return low;
  }
}
