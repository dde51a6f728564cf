/** The short way into a device, for what nearly every device sends: JSON readings without anything unusual in them, from their bytes to columns and the
 *  JSON of these, with no object in between. Whatever is unusual, and whatever is wrong, goes the long way (`read-batch.ts`), which alone
 *  decides on it. */
import { NumberReader, type WrittenColumns } from '#contracts';
import { SEQ_COLUMN, TIME_COLUMN, type FlatSchema, type FlatSlot } from '../schema/flat-schema.js';
import { COMPOUND, IGNORED, INTEGER, NUMBER, SEQ, TEXT, TIME } from '../schema/slot.js';
import { endOfWord, isNamed, skipSpace, standsAt, UNUSUAL } from './flat-bytes.js';
import { FlatColumn } from './flat-column.js';
import { writtenColumns } from './flat-json.js';
import { CELLS_MAX } from './read-batch.js';
import type { ReceivedSeqs } from './received-seqs.js';
import type { ActiveDevice } from './state.js';
import { readTime } from './time.js';

export interface BodyLimits {
  readingsMax: number;
  /** Time of readings that carry none. */
  now: number;
}

/** What the readings of a JSON body come to, if all of them are plain, fit, and are new; undefined does not say that anything is wrong. */
export function readFlat(device: ActiveDevice, body: Uint8Array, limits: BodyLimits): WrittenColumns | undefined {
  return reader.read(device, body, limits);
}

const [SPACE, QUOTE, COMMA, COLON, OPEN, BACKSLASH, CLOSE, OPEN_BRACE, CLOSE_BRACE, DELETE] = [32, 34, 44, 58, 91, 92, 93, 123, 125, 127];
const [TRUE, FALSE, NULL] = ['true', 'false', 'null'].map((word) => new TextEncoder().encode(word)) as [Uint8Array, Uint8Array, Uint8Array];
const NOTHING = new Uint8Array(0);
/** Kept between batches for their JSON; one large batch must not keep its size for ever. */
const KEPT_BYTES_MAX = 4 * 1024 * 1024;
/** Texts are put together by the character, which only pays for short ones. */
const TEXT_CHARS_MAX = 256;

class FlatReader {
  private readonly number = new NumberReader();
  private columns: FlatColumn[] = [];
  private bytes: Uint8Array = NOTHING;
  private view: DataView = new DataView(NOTHING.buffer);
  private flat!: FlatSchema;
  private before!: ReceivedSeqs;
  private received: ReceivedSeqs | undefined;
  private row = 0;
  /** Numbers readings through all batches: a slot remembers in which it was seen last. */
  private reading = 0;
  private fieldsSeen = 0;
  private requiredSeen = 0;
  private isTimed = false;
  /** The last simple text that was read. */
  private text = '';

  read({ compiled, schemaVersion, seqs }: ActiveDevice, body: Uint8Array, { readingsMax, now }: BodyLimits): WrittenColumns | undefined {
    const { flat } = compiled;
    if (flat === undefined) return undefined;
    this.begin(flat, body, seqs);
    // More cells than the long way takes could not be held either: it is asked as soon as there may be more.
    const isWhole = this.readAll(Math.min(readingsMax, Math.floor(CELLS_MAX / flat.columns)), now);
    const written = isWhole ? this.written(flat, schemaVersion) : undefined;
    this.letGo();
    return written;
  }

  private begin(flat: FlatSchema, body: Uint8Array, seqs: ReceivedSeqs): void {
    while (this.columns.length < flat.columns) this.columns.push(new FlatColumn());
    for (let i = 0; i < flat.columns; i++) this.columns[i]!.begin();
    this.flat = flat;
    // The same class whatever the body is, so that the loops below are compiled for one.
    this.bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
    this.view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    this.before = seqs;
    this.received = undefined;
    this.row = 0;
  }

  private written(flat: FlatSchema, schemaVersion: number): WrittenColumns {
    for (let i = 0; i < flat.columns; i++) if (this.columns[i]!.length > 0) this.columns[i]!.reach(this.row);
    return writtenColumns(schemaVersion, flat, this.columns);
  }

  private letGo(): void {
    this.bytes = NOTHING;
    this.view = new DataView(NOTHING.buffer);
    let kept = 0;
    for (const column of this.columns) kept += column.bytes.length;
    if (kept > KEPT_BYTES_MAX) this.columns = [];
  }

  private readAll(readingsMax: number, now: number): boolean {
    const { bytes } = this;
    let at = skipSpace(bytes, 0);
    const isArray = bytes[at] === OPEN;
    if (isArray) at = skipSpace(bytes, at + 1);
    for (;;) {
      if (bytes[at] !== OPEN_BRACE || this.row === readingsMax) return false;
      at = this.takeReading(at + 1, now);
      if (at === UNUSUAL) return false;
      at = skipSpace(bytes, at);
      if (!isArray) return at === bytes.length;
      if (bytes[at] === CLOSE) return skipSpace(bytes, at + 1) === bytes.length;
      if (bytes[at] !== COMMA) return false;
      at = skipSpace(bytes, at + 1);
    }
  }

  private takeReading(from: number, now: number): number {
    this.reading++;
    this.fieldsSeen = 0;
    this.requiredSeen = 0;
    this.isTimed = false;
    const end = this.takeMembers(from);
    if (end === UNUSUAL || this.fieldsSeen === 0 || this.requiredSeen !== this.flat.required) return UNUSUAL;
    if (!this.isTimed) this.columns[TIME_COLUMN]!.write(now);
    this.row++;
    return end;
  }

  private takeMembers(from: number): number {
    const { bytes, view } = this;
    const { plan } = this.flat;
    let at = from;
    for (let place = 0; ; place++) {
      at = skipSpace(bytes, at);
      let member = plan[place];
      if (member === undefined || !isNamed(view, at, member)) member = this.lookUp(at, place);
      if (member === undefined || member.seenIn === this.reading) return UNUSUAL;
      member.seenIn = this.reading;
      at = skipSpace(bytes, at + member.key.length);
      if (bytes[at] !== COLON) return UNUSUAL;
      at = skipSpace(bytes, at + 1);
      at = bytes[at] === NULL[0] ? endOfWord(bytes, at, NULL) : this.takeValue(member, at);
      if (at === UNUSUAL) return UNUSUAL;
      at = skipSpace(bytes, at);
      if (bytes[at] === CLOSE_BRACE) return at + 1;
      if (bytes[at] !== COMMA) return UNUSUAL;
      at++;
    }
  }

  /** The member whose name begins at `at` and is not the expected one. */
  private lookUp(at: number, place: number): FlatSlot | undefined {
    const { flat } = this;
    const end = this.readText(at, 0xff);
    const member = end === UNUSUAL ? undefined : flat.byName.get(this.text);
    if (member !== undefined && place <= flat.plan.length) flat.plan[place] = member;
    return member;
  }

  private takeValue(member: FlatSlot, at: number): number {
    const { slot } = member;
    let end: number = UNUSUAL;
    switch (slot.kind) {
      case NUMBER:
      case INTEGER:
        end = this.takeNumber(member, at);
        if (slot.kind === INTEGER && !Number.isSafeInteger(this.number.value)) return UNUSUAL;
        break;
      case TEXT:
        end = this.takeText(member, at);
        break;
      case COMPOUND:
        end =
          this.bytes[at] === OPEN
            ? this.takeArray(member, at + 1)
            : this.bytes[at] === OPEN_BRACE
              ? this.takeObject(member, at + 1)
              : UNUSUAL;
        break;
      case TIME:
        return this.takeTime(at);
      case SEQ:
        return this.takeSeq(at);
      case IGNORED:
        return this.readText(at);
    }
    this.fieldsSeen++;
    if (slot.required) this.requiredSeen++;
    return end;
  }

  private takeNumber({ slot, column: index }: FlatSlot, at: number): number {
    const { number, bytes } = this;
    const end = number.read(bytes, at);
    const { value } = number;
    if (end === UNUSUAL || !(value >= slot.min && value <= slot.max)) return UNUSUAL;
    const column = this.columns[index]!;
    column.reach(this.row);
    if (number.isCanonical) column.copy(value, this.view, at, end);
    else column.write(value + 0);
    return end;
  }

  private takeText({ slot, column: index }: FlatSlot, at: number): number {
    const { bytes, row } = this;
    const column = this.columns[index]!;
    const isText = bytes[at] === QUOTE;
    const end = isText ? this.readText(at) : endOfWord(bytes, at, bytes[at] === TRUE[0] ? TRUE : FALSE);
    if (end === UNUSUAL) return UNUSUAL;
    const { text } = this;
    const fits = isText ? (slot.allowed?.has(text) ?? text.length <= slot.charsMax) : true;
    // A slot without a length is one for true and false, or for the words of an enum.
    if (!fits || isText !== (slot.field?.type !== 'boolean')) return UNUSUAL;
    column.reach(row);
    column.copy(isText ? text : bytes[at] === TRUE[0], this.view, at, end);
    return end;
  }

  private takeArray({ parts }: FlatSlot, from: number): number {
    const { bytes } = this;
    let at = skipSpace(bytes, from);
    for (let place = 0; place < parts.length; place++) {
      at = this.takeNumber(parts[place]!, at);
      if (at === UNUSUAL) return UNUSUAL;
      at = skipSpace(bytes, at);
      if (bytes[at] === CLOSE) return parts.length > place + 1 && parts[place + 1]!.slot.required ? UNUSUAL : at + 1;
      if (bytes[at] !== COMMA) return UNUSUAL;
      at = skipSpace(bytes, at + 1);
    }
    return UNUSUAL;
  }

  private takeObject({ parts }: FlatSlot, from: number): number {
    const { bytes } = this;
    let at = from;
    for (let place = 0; place < parts.length; place++) {
      at = skipSpace(bytes, at);
      let part = parts[place]!;
      if (!standsAt(bytes, at, part.key)) part = parts.find(({ key }) => standsAt(bytes, at, key)) ?? part;
      if (part.seenIn === this.reading || !standsAt(bytes, at, part.key)) return UNUSUAL;
      part.seenIn = this.reading;
      at = skipSpace(bytes, at + part.key.length);
      if (bytes[at] !== COLON) return UNUSUAL;
      at = this.takeNumber(part, skipSpace(bytes, at + 1));
      if (at === UNUSUAL) return UNUSUAL;
      at = skipSpace(bytes, at);
      if (bytes[at] === CLOSE_BRACE) return parts.every(({ slot, seenIn }) => !slot.required || seenIn === this.reading) ? at + 1 : UNUSUAL;
      if (bytes[at] !== COMMA) return UNUSUAL;
      at++;
    }
    return UNUSUAL;
  }

  private takeTime(at: number): number {
    const { number, bytes } = this;
    const isText = bytes[at] === QUOTE;
    const end = isText ? this.readText(at) : number.read(bytes, at);
    const time = end === UNUSUAL || this.isTimed ? NaN : readTime(isText ? this.text : number.value);
    if (time !== time) return UNUSUAL;
    this.isTimed = true;
    const column = this.columns[TIME_COLUMN]!;
    if (!isText && number.isCanonical && time === number.value) column.copy(time, this.view, at, end);
    else column.write(time);
    return end;
  }

  /** One received before is for the long way to count, one that a double cannot hold for it to read. */
  private takeSeq(at: number): number {
    const { number, bytes } = this;
    const end = number.read(bytes, at);
    const { value } = number;
    if (end === UNUSUAL || !number.isCanonical || !Number.isInteger(value) || value < 0) return UNUSUAL;
    this.received ??= this.before.clone();
    if (this.received.offer(value) !== 'new') return UNUSUAL;
    const column = this.columns[SEQ_COLUMN]!;
    column.reach(this.row);
    column.copy(value, this.view, at, end);
    return end;
  }

  /** A text in quotes that JSON writes as it stands: without escapes, and of ASCII alone unless `lastByte` says otherwise. */
  private readText(at: number, lastByte = DELETE - 1): number {
    const { bytes } = this;
    if (bytes[at] !== QUOTE) return UNUSUAL;
    let text = '';
    for (let i = at + 1; i <= at + 1 + TEXT_CHARS_MAX; i++) {
      const byte = bytes[i]!;
      if (byte === QUOTE) {
        this.text = text;
        return i + 1;
      }
      // Beyond the end there is nothing, which is not below anything either.
      if (!(byte >= SPACE && byte <= lastByte) || byte === BACKSLASH) break;
      text += String.fromCharCode(byte);
    }
    return UNUSUAL;
  }
}

const reader = new FlatReader();
