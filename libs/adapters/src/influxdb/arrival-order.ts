/** Rows of several series, merged by time only, put into the order of the log where times are equal. */
import { joinRows, pickRows, type Rows } from './row-columns.js';

/** Holds back the rows of the latest time until a later one shows that there are no more of them. */
export async function* inArrivalOrder(pieces: AsyncIterable<Rows>): AsyncGenerator<Rows, void> {
  let held: Rows[] = [];
  for await (const piece of pieces) {
    if (piece.rows === 0) continue;
    const latest = piece.time[piece.rows - 1]!;
    let start = piece.rows;
    while (start > 0 && piece.time[start - 1] === latest) start--;
    if (start === 0 && held[0]?.time[0] === latest) {
      held.push(piece);
      continue;
    }
    yield sorted(joinRows([...held, cut(piece, 0, start)]));
    held = [cut(piece, start, piece.rows)];
  }
  if (held.length > 0) yield sorted(joinRows(held));
}

function sorted(rows: Rows): Rows {
  const { position, index } = rows.meta!;
  const order = Array.from({ length: rows.rows }, (_, row) => row);
  return pickRows(
    rows,
    order.sort((a, b) => rows.time[a]! - rows.time[b]! || position[a]! - position[b]! || index[a]! - index[b]!),
  );
}

function cut(rows: Rows, from: number, to: number): Rows {
  return pickRows(
    rows,
    Array.from({ length: to - from }, (_, i) => from + i),
  );
}
