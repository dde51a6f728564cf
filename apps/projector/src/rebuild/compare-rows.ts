/** Two sets of rows in the order of their keys, side by side: a digest of each, and the first row where they differ. */
import { createHash } from 'node:crypto';

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

export interface Side {
  /** SHA-256, hex. */
  digest: string;
  rows: number;
}

export interface Comparison {
  live: Side;
  rebuilt: Side;
  first?: { live: Row | null; rebuilt: Row | null };
}

/** Rows come in pages. Canonical form of a row: JSON of its values, in the order of the names of the columns, and a line feed. */
export async function compareRows(
  live: AsyncIterable<readonly Row[]>,
  rebuilt: AsyncIterable<readonly Row[]>,
  key: readonly string[],
): Promise<Comparison> {
  const [one, other] = [new Cursor(live), new Cursor(rebuilt)];
  let first: Comparison['first'];
  for (;;) {
    const [a, b] = [await one.peek(), await other.peek()];
    if (!a && !b) break;
    const order = a && b ? compareKeys(a.row, b.row, key) : a ? -1 : 1;
    if (order !== 0 || a!.text !== b!.text) first ??= { live: order <= 0 ? a!.row : null, rebuilt: order >= 0 ? b!.row : null };
    if (order <= 0) one.take();
    if (order >= 0) other.take();
  }
  return { live: one.side(), rebuilt: other.side(), ...(first && { first }) };
}

/** Text by its bytes, as both databases order it. */
function compareKeys(a: Row, b: Row, key: readonly string[]): number {
  for (const column of key) {
    const [x, y] = [a[column]!, b[column]!];
    const order = typeof x === 'number' && typeof y === 'number' ? x - y : Buffer.compare(Buffer.from(String(x)), Buffer.from(String(y)));
    if (order !== 0) return order;
  }
  return 0;
}

class Cursor {
  private readonly pages: AsyncIterator<readonly Row[]>;
  private readonly hash = createHash('sha256');
  private page: readonly Row[] = [];
  private at = 0;
  private rows = 0;
  private next: { row: Row; text: string } | undefined;

  constructor(pages: AsyncIterable<readonly Row[]>) {
    this.pages = pages[Symbol.asyncIterator]();
  }

  async peek(): Promise<{ row: Row; text: string } | undefined> {
    while (!this.next) {
      const row = this.page[this.at++];
      if (row) this.next = { row, text: textOf(row) };
      else {
        const { value, done } = await this.pages.next();
        if (done) return undefined;
        [this.page, this.at] = [value, 0];
      }
    }
    return this.next;
  }

  take(): void {
    this.hash.update(`${this.next!.text}\n`);
    this.rows++;
    this.next = undefined;
  }

  side(): Side {
    return { digest: this.hash.digest('hex'), rows: this.rows };
  }
}

function textOf(row: Row): string {
  return JSON.stringify(
    Object.keys(row)
      .sort()
      .map((column) => row[column]),
  );
}
