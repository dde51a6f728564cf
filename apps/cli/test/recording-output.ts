/** Keeps what a command prints. */
import type { Output } from '../src/output.js';

export class RecordingOutput implements Output {
  readonly lines: string[] = [];
  readonly errors: string[] = [];

  get text(): string {
    return this.lines.join('\n');
  }
  line(text = ''): void {
    this.lines.push(text);
  }
  progress(): void {}
  settle(): void {}
  error(text: string): void {
    this.errors.push(text);
  }
}
