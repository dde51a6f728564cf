/** How many different names the objects of a JSON text have. Each costs a parser a hundred times what its bytes do (it makes a new shape of object),
 *  so that one body of nothing else keeps a thread busy for seconds. */

/** Twenty times the fields that one schema may have: no reading needs it. */
export const MEMBER_NAMES_MAX = 20_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
/** As in `"a":1,`. */
const BYTES_A_MEMBER = 6;
/** Two names in one slot count as one: at the limit a tenth goes unnoticed, which does no harm. */
const SLOTS = 2 ** 17;

/** Whether there are more than `max`, for one JSON text or many (NDJSON); a pass over the bytes, and none over bodies too short to hold so many. */
export function hasMoreNames(text: Uint8Array, max = MEMBER_NAMES_MAX): boolean {
  if (text.length < max * BYTES_A_MEMBER) return false;
  const seen = new Uint8Array(SLOTS);
  let names = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== QUOTE) continue;
    let hash = 0x811c9dc5;
    // FNV-1a.
    for (at++; at < text.length && text[at] !== QUOTE; at++) {
      if (text[at] === BACKSLASH) at++;
      hash = Math.imul(hash ^ text[at]!, 0x01000193);
    }
    if (!isBeforeColon(text, at + 1)) continue;
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    if (seen[slot] === 1) continue;
    seen[slot] = 1;
    if (++names > max) return true;
  }
  return false;
}

function isBeforeColon(text: Uint8Array, from: number): boolean {
  let at = from;
  while (text[at] === 0x20 || text[at] === 0x0a || text[at] === 0x0d || text[at] === 0x09) at++;
  return text[at] === COLON;
}
