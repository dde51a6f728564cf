/** Where a command writes: results to stdout, progress and errors to stderr, so that results can be piped. */

export interface Output {
  line(text?: string): void;
  /** Replaces the last progress line on a terminal; elsewhere printed at most every five seconds. */
  progress(text: string): void;
  /** Leaves the last progress line standing, once, and begins a new one. */
  settle(): void;
  error(text: string): void;
}

const QUIET_PROGRESS_MS = 5_000;

export class TerminalOutput implements Output {
  private open = '';
  private lastQuietAt = 0;

  constructor(
    private readonly stdout: NodeJS.WriteStream,
    private readonly stderr: NodeJS.WriteStream,
    private readonly now: () => number,
  ) {}

  line(text = ''): void {
    this.settle();
    this.stdout.write(`${text}\n`);
  }

  progress(text: string): void {
    if (!this.stderr.isTTY) return this.quietProgress(text);
    const shown = text.slice(0, Math.max(20, (this.stderr.columns ?? 80) - 1));
    this.stderr.write(`\r${shown.padEnd(this.open.length)}`);
    this.open = shown;
  }

  settle(): void {
    if (!this.open) return;
    this.open = '';
    this.stderr.write('\n');
  }

  error(text: string): void {
    this.settle();
    this.stderr.write(`${text}\n`);
  }

  private quietProgress(text: string): void {
    const now = this.now();
    if (now - this.lastQuietAt < QUIET_PROGRESS_MS) return;
    this.lastQuietAt = now;
    this.stderr.write(`${text}\n`);
  }
}

/** Columns wide enough for their cells; numbers to the right. */
export function table(header: string[], rows: (string | number)[][]): string {
  const all = [header, ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)))];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const rightAligned = header.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  const text = all.map((row) =>
    row
      .map((cell, column) => (rightAligned[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [text[0], rule, ...text.slice(1)].join('\n');
}
