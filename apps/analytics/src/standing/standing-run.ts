/** A standing analysis in memory: the reducer's state, the rows that are not kept yet, and the places to which it can go back when a late
 *  reading comes. Pure: what it is fed and what is kept of it is the business of its owner. */
import type { ResultChunk } from '#adapters/views';
import type { Json } from '#contracts';
import type { ReadingKey } from '#ports';
import type { OnlineReducer, TrainedModel, Values } from '#timeseries';

export interface StandingOperation {
  reducer: OnlineReducer;
  values: Values;
  /** Where it goes by one: its state holds it from the beginning on. */
  model?: TrainedModel;
  columns: readonly string[];
  deviceId: string;
  field: string;
}

/** Where the rows of a chunk begin: all before it is settled as long as no reading comes that is older than `key`. */
export interface Seal {
  chunk: number;
  /** Everything up to here is behind it; null at the beginning. */
  key: ReadingKey | null;
  state: Json;
  rows: number;
}

/** As it is written down; with the rows of the chunk that begins at the last seal, and those after it. */
export interface FrozenRun {
  key: ReadingKey | null;
  state: Json;
  rows: number;
  seals: Seal[];
  /** The chunk that still grows. */
  chunk: number;
}

/** Few enough that writing the growing chunk again each second costs little. */
const ROWS_PER_CHUNK = 4_096;
/** Places to go back to take so much together, as text. */
const SEALS_CHARS_MAX = 1_000_000;
const SEALS_MAX = 24;

export class StandingRun {
  private state: unknown;
  private key: ReadingKey | null = null;
  private rowsBefore = 0;
  private chunk = 0;
  private seals: Seal[];
  private time: number[] = [];
  private columns: number[][];
  private full: { chunk: number; rows: ResultChunk }[] = [];

  constructor(private readonly operation: StandingOperation) {
    this.state = operation.reducer.initial(operation.values, operation.model);
    this.columns = operation.columns.map(() => []);
    this.seals = [this.sealHere()];
  }

  static thaw(operation: StandingOperation, frozen: FrozenRun, open: ResultChunk | undefined): StandingRun {
    const run = new StandingRun(operation);
    run.state = structuredClone(frozen.state);
    run.key = frozen.key;
    run.seals = frozen.seals;
    run.chunk = frozen.chunk;
    run.time = [...(open?.time ?? [])];
    run.columns = operation.columns.map((name) => [...((open?.columns[name] as Float64Array | undefined) ?? [])]);
    run.rowsBefore = frozen.rows - run.time.length;
    return run;
  }

  get last(): ReadingKey | null {
    return this.key;
  }

  get rows(): number {
    return this.rowsBefore + this.time.length;
  }

  /** Rows in order, each after all before it; those without a value are left out. `keyAt` gives the place of a row. */
  add(time: Float64Array, value: Float64Array, keyAt: (row: number) => ReadingKey): void {
    const { reducer, values } = this.operation;
    for (let row = 0; row < time.length; row++) {
      if (value[row] !== value[row]) continue;
      // Never between readings of one time: a place is told by its time.
      if (this.time.length >= ROWS_PER_CHUNK && time[row]! > this.time.at(-1)!) this.sealChunk();
      const next = reducer.step(this.state, time[row]!, value[row]!, values);
      this.state = next.state;
      this.time.push(time[row]!);
      for (let c = 0; c < this.columns.length; c++) this.columns[c]!.push(next.row[c]!);
      this.key = keyAt(row);
    }
  }

  /** Everything that was known at a position is in it: whatever comes later with the same time comes after it. */
  settle(position: number, indexMax: number): void {
    if (this.key) this.key = { time: this.key.time, position, index: indexMax };
  }

  /** Goes back to before this time; false where there is no place to go back to. The first chunk that does not hold any more. */
  rewind(time: number): number | undefined {
    const at = this.seals.findLastIndex(({ key }) => key === null || key.time <= time);
    if (at < 0) return undefined;
    const seal = this.seals[at]!;
    this.seals = this.seals.slice(0, at + 1);
    this.state = structuredClone(seal.state);
    this.key = seal.key;
    this.chunk = seal.chunk;
    this.rowsBefore = seal.rows;
    this.time = [];
    this.columns = this.operation.columns.map(() => []);
    this.full = this.full.filter(({ chunk }) => chunk < seal.chunk);
    return seal.chunk;
  }

  /** The chunks that are new or have grown since they were taken last. */
  takeChunks(): { chunk: number; rows: ResultChunk }[] {
    const taken = [...this.full, { chunk: this.chunk, rows: this.openChunk() }];
    this.full = [];
    return taken;
  }

  freeze(): FrozenRun {
    const { key, rows, seals, chunk } = this;
    return { key, state: plain(this.state), rows, seals, chunk };
  }

  private sealChunk(): void {
    this.full.push({ chunk: this.chunk, rows: this.openChunk() });
    this.rowsBefore += this.time.length;
    this.chunk++;
    this.time = [];
    this.columns = this.operation.columns.map(() => []);
    this.seals = kept([...this.seals, this.sealHere()]);
  }

  private sealHere(): Seal {
    return { chunk: this.chunk, key: this.key, state: plain(this.state), rows: this.rows };
  }

  private openChunk(): ResultChunk {
    const { deviceId, field, columns } = this.operation;
    return {
      deviceId,
      field,
      time: Float64Array.from(this.time),
      columns: Object.fromEntries(columns.map((name, c) => [name, Float64Array.from(this.columns[c]!)])),
    };
  }
}

/** The newest ones, and ever fewer the older they are; the beginning is always there. */
function kept(seals: readonly Seal[]): Seal[] {
  const newest = seals.at(-1)!.chunk;
  const isKept = ({ chunk }: Seal): boolean => {
    const age = newest - chunk;
    return chunk === 0 || age < 4 || chunk % 2 ** Math.floor(Math.log2(age / 2)) === 0;
  };
  const room = Math.max(2, Math.min(SEALS_MAX, Math.floor(SEALS_CHARS_MAX / (JSON.stringify(seals.at(-1)!.state).length + 1))));
  const some = seals.filter(isKept);
  return some.length <= room ? some : [some[0]!, ...some.slice(some.length - room + 1)];
}

/** A copy that nobody else changes, as it will be read back. */
const plain = (state: unknown): Json => JSON.parse(JSON.stringify(state)) as Json;
