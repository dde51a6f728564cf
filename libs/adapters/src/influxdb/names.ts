/** Names of fields, devices and accounts as they stand in InfluxDB: nothing in them needs a quote or an escape, in lines or in queries. */

/** Control characters, halves of surrogate pairs, white space, and what has a meaning in lines, in queries, or here. */
const UNSAFE = /[\p{C}\p{Z}%~,="'\\]/gu;

export function encodeName(name: string): string {
  return name.replace(UNSAFE, (character) => `%${character.codePointAt(0)!.toString(16)};`);
}

export function decodeName(encoded: string): string {
  return encoded.replace(/%([0-9a-f]+);/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
}

/** For InfluxQL: names are encoded, so quotes around them are enough. */
export const identifier = (encoded: string): string => `"${encoded}"`;
export const literal = (encoded: string): string => `'${encoded}'`;

/** Begins a text that UTF-8 cannot hold as it is, or that begins like this by itself: what follows is JSON. */
const AS_JSON = '\u0001';

/** A text as a line holds it, between quotes. */
export function textInLine(text: string): string {
  const stored = text.startsWith(AS_JSON) || /\p{Surrogate}/u.test(text) ? AS_JSON + JSON.stringify(text) : text;
  return stored.replace(/["\\]/g, '\\$&');
}

export function textAsSent(stored: string): string {
  return stored.startsWith(AS_JSON) ? (JSON.parse(stored.slice(1)) as string) : stored;
}
