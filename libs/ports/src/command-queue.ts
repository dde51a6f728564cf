/** Commands on their way to the entity that decides them: step 2 of the journey. */
import type { CommandAnswer, CommandEnvelope } from '#contracts';

/** Takes a batch; resolves to one answer a command, in their order. Never rejects: a defect is an answer too. */
export type CommandHandler = (batch: CommandEnvelope[]) => Promise<CommandAnswer>[];

/** A command that a queue handed over too often without it being decided: its consumer died each time. */
export interface ParkedByQueue {
  envelope: CommandEnvelope;
  tries: number;
  error: { code: string; message: string };
  parkedAt: number;
}

export abstract class CommandQueue {
  /** Resolves with the entity's answer, once what it decided is durable. A full queue answers `overload.queue-full` at
   *  once, a stopping one `overload.stopping`; neither has taken the command. */
  abstract send(command: CommandEnvelope): Promise<CommandAnswer>;
  /** Resolves as soon as the queue holds the command (`{ok: true, position: 0, …}`), or as `send` when it refuses. */
  abstract enqueue(command: CommandEnvelope): Promise<CommandAnswer>;
  /** Begins to hand commands to the consumer; one consumer a queue object. */
  abstract consume(handler: CommandHandler): Promise<void>;
  /** What is waiting or being decided. */
  abstract depth(): { commands: number; bytes: number };
  /** Which partitions this process consumes; undefined where the queue has none. */
  partitions(): number[] | undefined {
    return undefined;
  }
  /** Hands what the queue parked to `keep`, which resolves when an operator can see it; the same one may come again. For a consumer whose
   *  queue parks nothing, nothing happens. */
  async drainParked(keep: (parked: ParkedByQueue) => Promise<void>): Promise<void> {
    void keep;
  }
  /** Refuses what is new, finishes what was taken. */
  abstract close(): Promise<void>;
}
