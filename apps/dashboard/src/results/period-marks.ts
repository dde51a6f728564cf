/** Lengths of time that people know, in s, as marks of an axis. */

const [MINUTE, HOUR, DAY, YEAR] = [60, 3_600, 86_400, 86_400 * 365.25];
const KNOWN = [
  ...[-6, -5, -4, -3, -2, -1].flatMap((power) => [10 ** power, 2 * 10 ** power, 5 * 10 ** power]),
  ...[1, 2, 5, 10, 15, 30].flatMap((count) => [count, count * MINUTE]),
  ...[1, 2, 3, 4, 6, 8, 12].map((count) => count * HOUR),
  ...[1, 2, 3, 7, 14, 30, 90, 180].map((count) => count * DAY),
  ...[1, 2, 5, 10, 20, 50, 100].map((count) => count * YEAR),
].sort((a, b) => a - b);

/** Frequencies of known periods, far enough apart on a logarithmic axis for about `count` of them. */
export function periodMarks(from: number, to: number, count: number): number[] {
  const apart = Math.log(to / from) / count;
  const marks: number[] = [];
  for (const period of KNOWN) {
    const frequency = 1 / period;
    const last = marks.at(-1);
    if (frequency < from || frequency > to || (last !== undefined && Math.log(last / frequency) < apart)) continue;
    marks.push(frequency);
  }
  return marks.reverse();
}

/** Whole multiples of a known length, nothing among them. */
export function lagMarks(from: number, to: number, count: number): number[] {
  const step = KNOWN.find((length) => (to - from) / length <= count) ?? (to - from) / count;
  const marks: number[] = [];
  for (let at = Math.ceil(from / step); at * step <= to; at += 1) marks.push(at * step);
  return marks;
}
