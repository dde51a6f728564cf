/** Puts readings of one time into the order of their `seq`, for digests that do not depend on how readings travelled. */
/** Readings in columns, each of one length. `values` holds a column a part, in the order given to the digest. */
export interface DigestRows {
  time: Float64Array;
  recordedAt: Float64Array;
  /** 0 where `hasSeq` is 0. */
  seq: BigUint64Array;
  hasSeq: Uint8Array;
  values: (Float64Array | (string | null)[])[];
}

/** Gives back what it was given as soon as no later row can belong before it: all but the rows of the latest time. */
export class SeqOrder {
  private held: DigestRows[] = [];

  add(rows: DigestRows): DigestRows {
    const { length } = rows.time;
    if (length === 0) return rows;
    const latest = rows.time[length - 1]!;
    if (this.held.length > 0 && this.held[0]!.time[0] === latest) {
      this.held.push(rows);
      return cut(rows, 0, 0);
    }
    let start = length - 1;
    while (start > 0 && rows.time[start - 1] === latest) start--;
    const complete = joined([...this.held, cut(rows, 0, start)]);
    this.held = [cut(rows, start, length)];
    return sorted(complete);
  }

  end(): DigestRows {
    const rest = joined(this.held);
    this.held = [];
    return sorted(rest);
  }
}

function sorted(rows: DigestRows): DigestRows {
  const { time, seq, hasSeq } = rows;
  const order = Array.from(time, (_, row) => row);
  let moved = false;
  for (let from = 0, to; from < time.length; from = to) {
    to = from + 1;
    while (to < time.length && time[to] === time[from]) to++;
    if (to - from === 1) continue;
    const run = order
      .slice(from, to)
      .sort((a, b) => hasSeq[a]! - hasSeq[b]! || Number(seq[a]! > seq[b]!) - Number(seq[a]! < seq[b]!) || a - b);
    run.forEach((row, i) => (order[from + i] = row));
    moved ||= run.some((row, i) => row !== from + i);
  }
  return moved ? picked(rows, order) : rows;
}

function cut(rows: DigestRows, from: number, to: number): DigestRows {
  return {
    time: rows.time.slice(from, to),
    recordedAt: rows.recordedAt.slice(from, to),
    seq: rows.seq.slice(from, to),
    hasSeq: rows.hasSeq.slice(from, to),
    values: rows.values.map((column) => column.slice(from, to)),
  };
}

function picked(rows: DigestRows, order: number[]): DigestRows {
  return {
    time: Float64Array.from(order, (row) => rows.time[row]!),
    recordedAt: Float64Array.from(order, (row) => rows.recordedAt[row]!),
    seq: BigUint64Array.from(order, (row) => rows.seq[row]!),
    hasSeq: Uint8Array.from(order, (row) => rows.hasSeq[row]!),
    values: rows.values.map((column) =>
      column instanceof Float64Array ? Float64Array.from(order, (row) => column[row]!) : order.map((row) => column[row]!),
    ),
  };
}

function joined(pieces: DigestRows[]): DigestRows {
  const [first, ...others] = pieces;
  if (!first)
    return { time: new Float64Array(), recordedAt: new Float64Array(), seq: new BigUint64Array(), hasSeq: new Uint8Array(), values: [] };
  if (others.length === 0) return first;
  const all = <T>(of: (rows: DigestRows) => Iterable<T>): T[] => pieces.flatMap((rows) => [...of(rows)]);
  return {
    time: Float64Array.from(all((rows) => rows.time)),
    recordedAt: Float64Array.from(all((rows) => rows.recordedAt)),
    seq: BigUint64Array.from(all((rows) => rows.seq)),
    hasSeq: Uint8Array.from(all((rows) => rows.hasSeq)),
    values: first.values.map((column, i) =>
      column instanceof Float64Array
        ? Float64Array.from(all((rows) => rows.values[i] as Float64Array))
        : all((rows) => rows.values[i] as (string | null)[]),
    ),
  };
}
