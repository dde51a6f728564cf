/** Whether readings are samples of something that goes on between them, or events, each by itself: only samples are joined by a line. */

/** Of fewer gaps nothing is concluded. */
const GAPS_MIN = 12;
/** Gaps are alike where the shorter has at least this share of the longer. */
const ALIKE = 0.75;
/** With a rhythm, also one with jitter, half of it lost, bursts or outages, more than half of the gaps are like one of the two before
 *  them; of events that know nothing of one another, a quarter (27 % of the earthquakes of a week, 27 % of a Poisson process). */
const ALIKE_SHARE_MIN = 0.42;

/** `time` ascending, of all readings: those that are left of a thinned picture have no rhythm. */
export function areEvents(time: readonly number[]): boolean {
  const gaps: number[] = [];
  for (let at = 1; at < time.length; at += 1) {
    const gap = (time[at] ?? 0) - (time[at - 1] ?? 0);
    if (gap > 0) gaps.push(gap);
  }
  if (gaps.length < GAPS_MIN) return false;
  let alike = 0;
  for (let at = 2; at < gaps.length; at += 1) {
    if (areAlike(gaps[at], gaps[at - 1]) || areAlike(gaps[at], gaps[at - 2])) alike += 1;
  }
  return alike < (gaps.length - 2) * ALIKE_SHARE_MIN;
}

const areAlike = (a = 0, b = 0): boolean => Math.min(a, b) >= ALIKE * Math.max(a, b);

/** So many readings tell. */
const SAMPLE = 200;
/** With more of them to a point that is shown, no gap is seen, and a line suggests nothing that is not there. */
const THINNED_MAX = 10;

/** Of a thinned picture of `of` readings, the stretch in its middle of which all are to be seen to tell; none where there is no need. */
export function stretchToTell(time: readonly number[], of: number): { from: number; to: number } | undefined {
  const ratio = of / time.length;
  if (ratio <= 1 || ratio > THINNED_MAX || time.length < 2) return undefined;
  // Each point stands for as many readings as any other, however far apart they are.
  const half = Math.max(1, Math.round(SAMPLE / ratio / 2));
  const middle = Math.floor(time.length / 2);
  return { from: time[Math.max(0, middle - half)] ?? NaN, to: time[Math.min(time.length - 1, middle + half)] ?? NaN };
}
