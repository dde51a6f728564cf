/** What the flat reader asks of the bytes of a body. */
import type { FlatSlot } from '../schema/flat-schema.js';

/** No place in a body at which anything ends: the answer of whoever found something unusual. */
export const UNUSUAL = 0;

const [TAB, NEWLINE, RETURN, SPACE, QUOTE] = [9, 10, 13, 32, 34];
const WORD = 4;

export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at]! <= SPACE && (bytes[at] === SPACE || bytes[at] === NEWLINE || bytes[at] === RETURN || bytes[at] === TAB)) at++;
  return at;
}

export function standsAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  // Names differ at their end more often than at their beginning.
  for (let i = expected.length - 1; i >= 0; i--) if (bytes[at + i] !== expected[i]) return false;
  return true;
}

/** Compares by the word, the last of which begins earlier where the name does not end with it. */
export function isNamed(view: DataView, at: number, { key, words }: FlatSlot): boolean {
  const last = at + key.length - WORD;
  if (last + WORD > view.byteLength) return false;
  if (last < at) return view.getUint8(at) === QUOTE && view.getUint8(at + 1) === key[1] && view.getUint8(at + 2) === QUOTE;
  let i = 0;
  for (let from = at; from < last; from += WORD) if (view.getInt32(from) !== words[i++]) return false;
  return view.getInt32(last) === words[i];
}

export function endOfWord(bytes: Uint8Array, at: number, word: Uint8Array): number {
  return standsAt(bytes, at, word) ? at + word.length : UNUSUAL;
}
