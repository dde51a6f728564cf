/** Who is told of the turns of entities, to trace them. Nothing calls it where there is none, nor for a command that is not traced. */
import type { CommandEnvelope } from '#contracts';

export interface TurnWatch {
  /** Right before a command is decided. */
  deciding(envelope: CommandEnvelope): Watched;
  /** Right before its events are appended; `commands` are those of the whole append. */
  appending(envelope: CommandEnvelope, append: { commands: number; events: number }): Watched;
  /** Once, after the last turn. */
  close(): Promise<void>;
}

export interface Watched {
  /** What follows from it names this: `traceparent` in the metadata of the events. */
  readonly traceparent: string;
  /** `failure` says what went wrong. */
  end(failure?: string): void;
}
