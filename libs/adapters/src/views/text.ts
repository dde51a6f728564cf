/** Text as every database takes and gives it back: PostgreSQL refuses NUL, and neither it nor SQLite keeps half of a surrogate pair, all
 *  of which a device may send and JSON may hold. Such characters are stored as a mark and four hexadecimal digits. */

/** A noncharacter, for use within programs; one that was in the text is itself stored by its digits. */
const MARK = '\ufdd0';
const ODD = /[\0\ufdd0]|\p{Surrogate}/gu;
const MARKED = /\ufdd0([0-9a-f]{4})/g;

const { isWellFormed } = String.prototype as unknown as { isWellFormed(this: string): boolean };

export function storable(text: string): string {
  if (!text.includes('\0') && !text.includes(MARK) && isWellFormed.call(text)) return text;
  return text.replace(ODD, (odd) => MARK + odd.charCodeAt(0).toString(16).padStart(4, '0'));
}

export function asWritten(stored: string): string {
  if (!stored.includes(MARK)) return stored;
  return stored.replace(MARKED, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
