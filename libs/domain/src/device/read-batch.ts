/** The hottest loop of the product: parsed readings in, columns and verdicts out. */
import type { FieldColumn, Json, ReadingColumns, ReadingRejectionCode, ReadingsRejected, Seq } from '#contracts';
import { cut, isPlainObject, show } from '../kernel/show.js';
import type { CompiledSchema } from '../schema/compiled-schema.js';
import type { Fault } from '../schema/fault.js';
import { COMPOUND, IGNORED, INTEGER, NUMBER, SEQ, TEXT, TIME, UNKNOWN, VALUES, type Kind } from '../schema/slot.js';
import { missingFault, numberFault, takeValue, twiceFault } from '../schema/values.js';
import { badSeq, badTime, forgottenSeq, notAReading } from './faults.js';
import type { ReceivedSeqs } from './received-seqs.js';
import { parseSeq, plainSeq, type SeqValue } from './seq.js';
import { readTime } from './time.js';

export interface BatchOutcome {
  /** Undefined where nothing was accepted. */
  columns: Omit<ReadingColumns, 'schemaVersion'> | undefined;
  rejected: ReadingsRejected['data']['readings'];
  duplicates: number;
}

/** Columns hold a place for every reading: a small body of readings with a different field each would otherwise become an
 *  enormous event. 8 MiB of the shortest members there are (`"a":1,`) hold 1.4 million values, so that only readings that
 *  leave out most fields can meet this. */
export const CELLS_MAX = 2_000_000;
/** After how many readings the cells are counted again. */
const COUNT_CELLS_EVERY = 512;

/** `now` is the time of readings that carry none. `seqs` is not changed. Undefined where there would be too many cells. */
export function readBatch(
  compiled: CompiledSchema,
  readings: readonly unknown[],
  now: number,
  seqs: ReceivedSeqs,
): BatchOutcome | undefined {
  return new BatchReader(compiled, now, seqs).read(readings);
}

class BatchReader {
  private readonly times: number[] = [];
  private seqColumn: (Seq | null)[] | undefined = undefined;
  /** A copy as soon as there is something to receive. */
  private received: ReceivedSeqs | undefined = undefined;
  private readonly rejected: BatchOutcome['rejected'] = [];
  private duplicates = 0;

  // Of the reading under way.
  private fieldsSeen = 0;
  private requiredSeen = 0;
  private time: unknown = undefined;
  private seq: unknown = undefined;

  constructor(
    private readonly compiled: CompiledSchema,
    private readonly now: number,
    private readonly before: ReceivedSeqs,
  ) {}

  read(readings: readonly unknown[]): BatchOutcome | undefined {
    // A batch that was given up may have left columns behind.
    for (const slot of this.compiled.fields) slot.finish(0);
    for (let index = 0; index < readings.length; index++) {
      this.readOne(readings[index], index);
      if (index % COUNT_CELLS_EVERY === COUNT_CELLS_EVERY - 1 && this.cells() > CELLS_MAX) return undefined;
    }
    return this.cells() > CELLS_MAX ? undefined : this.outcome();
  }

  private cells(): number {
    let columns = 0;
    for (const { column, parts } of this.compiled.fields) {
      if ((parts[0]?.column ?? column) !== undefined) columns += parts.length || 1;
    }
    return columns * this.times.length;
  }

  private readOne(reading: unknown, index: number): void {
    this.fieldsSeen = 0;
    this.requiredSeen = 0;
    this.time = undefined;
    this.seq = undefined;
    const row = this.times.length;
    const fault = isPlainObject(reading) ? (this.takeMembers(reading, row, 0) ?? this.whatIsMissing()) : notAReading(reading);
    const time = this.time === undefined ? this.now : readTime(this.time);
    if (fault === undefined && this.seq === undefined && time === time) this.keep(time, null);
    else this.settle(reading, index, fault, time);
  }

  /** Writes the members of a reading, or of its `values`, to row `row`; stops at the first that does not fit. */
  private takeMembers(members: Record<string, unknown>, row: number, depth: 0 | 1): Fault | undefined {
    const { compiled } = this;
    const plan = compiled.plans[depth];
    let place = 0;
    for (const name in members) {
      const value = members[name];
      let slot = plan[place];
      if (slot === undefined || slot.name !== name) slot = compiled.expect(plan, name, place);
      place++;
      if (value === null && slot.kind !== UNKNOWN) continue;
      switch (slot.kind) {
        case NUMBER:
        case INTEGER: {
          if (!(typeof value === 'number' && value >= slot.min && value <= slot.max))
            return numberFault(slot, value, slot.kind === INTEGER);
          if (slot.kind === INTEGER && !Number.isSafeInteger(value)) return numberFault(slot, value, true);
          const { column } = slot;
          if (column !== undefined && column.length === row) column.push(value + 0);
          else if (!slot.put(value + 0, row)) return twiceFault(slot);
          this.fieldsSeen++;
          if (slot.required) this.requiredSeen++;
          break;
        }
        case TEXT:
        case COMPOUND: {
          const fault = takeValue(slot, value, row);
          if (fault !== undefined) return fault;
          this.fieldsSeen++;
          if (slot.required) this.requiredSeen++;
          break;
        }
        default: {
          const fault = this.takeOwn(slot.kind, name, value, row, depth);
          if (fault !== undefined) return fault;
        }
      }
    }
    return undefined;
  }

  /** The names a reading uses for itself, and those nobody knows. */
  private takeOwn(kind: Kind, name: string, value: unknown, row: number, depth: 0 | 1): Fault | undefined {
    if (depth === 0) {
      switch (kind) {
        case TIME:
          if (this.time !== undefined) return { field: name, code: 'bad-time', message: 'time and ts are both given; send one of them' };
          this.time = value;
          return undefined;
        case SEQ:
          this.seq = value;
          return undefined;
        case IGNORED:
          return undefined;
        case VALUES:
          if (isPlainObject(value)) return this.takeMembers(value, row, 1);
          return {
            field: name,
            code: 'wrong-type',
            message: `values is ${show(value)}; it must be an object with the fields of the reading`,
          };
      }
    }
    if (this.compiled.ignoresUnknown) return undefined;
    return { field: cut(name), code: 'unknown-field', message: `the schema has no field ${show(name)}` };
  }

  private whatIsMissing(): Fault | undefined {
    const { required } = this.compiled;
    if (this.requiredSeen !== required.length) {
      const row = this.times.length;
      const missing = required.find((slot) => ((slot.parts[0] ?? slot).column?.length ?? 0) <= row)!;
      return missingFault(missing.name);
    }
    if (this.fieldsSeen > 0) return undefined;
    return { code: 'missing-field', message: 'the reading holds no field' };
  }

  private keep(time: number, seq: Seq | null): void {
    this.times.push(time);
    if (seq !== null || this.seqColumn !== undefined) this.keepSeq(seq);
  }

  private keepSeq(seq: Seq | null): void {
    const column = (this.seqColumn ??= []);
    while (column.length < this.times.length - 1) column.push(null);
    column.push(seq);
  }

  /** A reading with a sequence number, or with something wrong. */
  private settle(reading: unknown, index: number, fault: Fault | undefined, time: number): void {
    const sent = fault === undefined ? this.seq : ownSeq(reading);
    if (sent === undefined) return this.refuse(reading, index, fault ?? badTime(this.time));
    const seq = parseSeq(sent);
    if (seq === undefined) return this.refuse(reading, index, badSeq(sent));
    this.received ??= this.before.clone();
    const news = this.received.offer(seq);
    if (news === 'duplicate') return this.discard();
    if (news === 'forgotten') return this.refuse(reading, index, forgottenSeq(seq), seq);
    if (fault !== undefined) return this.refuse(reading, index, fault, seq);
    if (time !== time) return this.refuse(reading, index, badTime(this.time), seq);
    this.keep(time, plainSeq(seq));
  }

  private discard(): void {
    this.duplicates++;
    this.dropRow();
  }

  private refuse(reading: unknown, index: number, { field, code, message }: Fault, seq?: SeqValue): void {
    this.dropRow();
    this.rejected.push({
      index,
      ...(field !== undefined && { field }),
      code: `reading.${code}` satisfies ReadingRejectionCode,
      message,
      ...(seq !== undefined && { seq: plainSeq(seq) }),
      reading: reading as Json,
    });
  }

  private dropRow(): void {
    for (const slot of this.compiled.fields) slot.dropRow(this.times.length);
  }

  private outcome(): BatchOutcome {
    const { times: time, seqColumn: seq, rejected, duplicates } = this;
    const fields: Record<string, FieldColumn> = {};
    for (const slot of this.compiled.fields) {
      const column = slot.finish(time.length);
      if (column !== undefined) fields[slot.name] = column;
    }
    const columns = time.length === 0 ? undefined : seq === undefined ? { time, fields } : { time, seq, fields };
    return { columns, rejected, duplicates };
  }
}

/** The sequence number of a reading whose members were not all looked at. */
function ownSeq(reading: unknown): unknown {
  return isPlainObject(reading) && Object.hasOwn(reading, 'seq') ? (reading['seq'] ?? undefined) : undefined;
}
