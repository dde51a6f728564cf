/** Keeps what a command prints. */
import type { Output } from '../src/output.js';

export class RecordingOutput implements Output {
  readonly lines: string[] = [];
  readonly errors: string[] = [];
  /** Progress lines. */
  readonly shown: string[] = [];

  get text(): string {
    return this.lines.join('\n');
  }
  line(text = ''): void {
    this.lines.push(text);
  }
  progress(text: string): void {
    this.shown.push(text);
  }
  settle(): void {}
  error(text: string): void {
    this.errors.push(text);
  }
}
