/** How far back from its latest reading a device is looked at, so that there is something to see. */

const LEAST_MS = 900_000;
const MOST_MS = 20 * 365 * 86_400_000;
/** Eightfold at a time: however many readings a device has, few more than are looked for are counted. */
const WIDER = 8;
const READINGS = { few: 50, wanted: 100, many: 200 };

/** A length of time before the latest reading that holds some fifty to two hundred of them, or all there are. */
export async function lookBack(countWithin: (ms: number) => Promise<number>): Promise<number> {
  let [held, heldMs] = [0, LEAST_MS];
  for (let ms = LEAST_MS; ms < MOST_MS; ms *= WIDER) {
    const count = await countWithin(ms);
    if (count > READINGS.many) return Math.max(heldMs, (ms * READINGS.wanted) / count);
    if (count > held) [held, heldMs] = [count, ms];
    if (count >= READINGS.few) return ms;
  }
  return heldMs;
}
