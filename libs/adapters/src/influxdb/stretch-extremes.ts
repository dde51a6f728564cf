/** First, lowest, highest and last point of each stretch of a curve, from points as they come, in order of time. */

export interface Grid {
  from: number;
  length: number;
  stretches: number;
}

export type Extremes = Record<
  'firstTime' | 'firstValue' | 'minTime' | 'minValue' | 'maxTime' | 'maxValue' | 'lastTime' | 'lastValue',
  number[]
>;

export function stretchOf(time: number, { from, length, stretches }: Grid): number {
  return Math.min(Math.floor((time - from) / length), stretches - 1);
}

export function noExtremes(): Extremes {
  return { firstTime: [], firstValue: [], minTime: [], minValue: [], maxTime: [], maxValue: [], lastTime: [], lastValue: [] };
}

export class StretchExtremes {
  private readonly found = noExtremes();
  private stretch = -1;

  constructor(private readonly grid: Grid) {}

  add(time: Float64Array, value: Float64Array): void {
    for (let i = 0; i < time.length; i++) if (value[i] === value[i]) this.addPoint(time[i]!, value[i]!);
  }

  columns(): Extremes {
    return this.found;
  }

  private addPoint(time: number, value: number): void {
    const { found } = this;
    const stretch = stretchOf(time, this.grid);
    if (stretch !== this.stretch) {
      this.stretch = stretch;
      for (const column of [found.firstTime, found.minTime, found.maxTime, found.lastTime]) column.push(time);
      for (const column of [found.firstValue, found.minValue, found.maxValue, found.lastValue]) column.push(value);
      return;
    }
    const last = found.lastTime.length - 1;
    [found.lastTime[last], found.lastValue[last]] = [time, value];
    if (value < found.minValue[last]!) [found.minTime[last], found.minValue[last]] = [time, value];
    if (value > found.maxValue[last]!) [found.maxTime[last], found.maxValue[last]] = [time, value];
  }
}
