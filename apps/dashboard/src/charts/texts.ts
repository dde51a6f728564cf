/** Texts over time: states that come again, or free texts, of which the newest are listed. */

export interface TextRead {
  /** ms since epoch. */
  time: number;
  text: string;
}

/** More are not told apart by colours, nor read in a legend. */
export const STATES_MAX = 12;
/** A state is something one comes back to, or stays in: each is read so often on the average. */
const READ_EACH = 2;

/** Of every text that was read, repeats among them. One that is read alone is a state: it may well last. */
export function areFreeTexts(read: readonly string[]): boolean {
  const different = new Set(read).size;
  return different > STATES_MAX || (different > 1 && read.length < different * READ_EACH);
}

/** The newest first, at most so many; what came live may have been listed already. */
export function newestTexts(listed: readonly TextRead[], live: readonly TextRead[], max: number): TextRead[] {
  const known = new Set(listed.map(({ time, text }) => `${time} ${text}`));
  const all = [...listed, ...live.filter(({ time, text }) => !known.has(`${time} ${text}`))];
  return all.sort((a, b) => b.time - a.time).slice(0, max);
}
