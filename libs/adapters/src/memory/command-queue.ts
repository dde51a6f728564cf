/** The command queue within one process: bounded, in order, nothing on disk. Who sends waits for the answer, so nothing it has acknowledged is lost with it. */
import type { CommandAnswer, CommandEnvelope, CommandRefused } from '#contracts';
import { CommandQueue, type CommandHandler } from '#ports';

export interface EmbeddedCommandQueueConfig {
  /** Of what is waiting or being decided. One larger command still goes when nothing else does. */
  bytesMax?: number;
  commandsMax?: number;
  retryAfterMs?: number;
}

/** As much as the service holds in flight; beyond, memory would grow faster than anything is stored. */
const BYTES_MAX = 64 * 1024 * 1024;
/** A few seconds of the smallest commands. */
const COMMANDS_MAX = 100_000;
const RETRY_AFTER_MS = 1_000;
/** So many are handed over at once: they are decided while the thread that takes requests still reads the next. */
const LOT_COMMANDS = 32;

interface Waiting {
  command: CommandEnvelope;
  settle: (answer: CommandAnswer) => void;
}

export function createEmbeddedCommandQueue(config: EmbeddedCommandQueueConfig = {}): EmbeddedCommandQueue {
  return new EmbeddedCommandQueue(config);
}

export class EmbeddedCommandQueue extends CommandQueue {
  readonly #limits: Required<EmbeddedCommandQueueConfig>;
  #handler: CommandHandler | undefined;
  #waiting: Waiting[] = [];
  #handOverScheduled = false;
  #commands = 0;
  #bytes = 0;
  #closed = false;
  #whenEmpty: (() => void) | undefined;

  constructor({ bytesMax = BYTES_MAX, commandsMax = COMMANDS_MAX, retryAfterMs = RETRY_AFTER_MS }: EmbeddedCommandQueueConfig) {
    super();
    this.#limits = { bytesMax, commandsMax, retryAfterMs };
  }

  send(command: CommandEnvelope): Promise<CommandAnswer> {
    const refused = this.#refusal(command);
    return refused ? Promise.resolve(refused) : this.#take(command);
  }

  async enqueue(command: CommandEnvelope): Promise<CommandAnswer> {
    const refused = this.#refusal(command);
    if (refused) return refused;
    void this.#take(command);
    return { ok: true, position: 0, revision: -1, value: {} };
  }

  async consume(handler: CommandHandler): Promise<void> {
    if (this.#handler) throw new Error('The queue has a consumer already.');
    this.#handler = handler;
    this.#handOverSoon();
  }

  depth(): { commands: number; bytes: number } {
    return { commands: this.#commands, bytes: this.#bytes };
  }

  async close(): Promise<void> {
    this.#closed = true;
    // Nobody came to decide these.
    if (!this.#handler) for (const { settle } of this.#waiting.splice(0)) settle(this.#stopping());
    if (this.#commands > 0) await new Promise<void>((resolve) => (this.#whenEmpty = resolve));
  }

  #refusal(command: CommandEnvelope): CommandRefused | undefined {
    if (this.#closed) return this.#stopping();
    const { bytesMax, commandsMax, retryAfterMs } = this.#limits;
    const fits = this.#commands === 0 || (this.#commands < commandsMax && this.#bytes + bytesOf(command) <= bytesMax);
    if (fits) return undefined;
    return { ok: false, code: 'overload.queue-full', message: `${this.#commands} commands wait already.`, retryAfterMs };
  }

  #stopping(): CommandRefused {
    const { retryAfterMs } = this.#limits;
    return { ok: false, code: 'overload.stopping', message: 'The service is stopping; nothing was stored.', retryAfterMs };
  }

  #take(command: CommandEnvelope): Promise<CommandAnswer> {
    const bytes = bytesOf(command);
    this.#commands++;
    this.#bytes += bytes;
    return new Promise((resolve) => {
      const settle = (answer: CommandAnswer): void => {
        this.#commands--;
        this.#bytes -= bytes;
        resolve(answer);
        if (this.#commands === 0) this.#whenEmpty?.();
      };
      this.#waiting.push({ command, settle });
      if (this.#handler && this.#waiting.length >= LOT_COMMANDS) this.#handOver(this.#handler);
      else this.#handOverSoon();
    });
  }

  #handOverSoon(): void {
    if (this.#handOverScheduled || !this.#handler || this.#waiting.length === 0) return;
    this.#handOverScheduled = true;
    // All that this tick brings goes as one batch.
    setImmediate(() => {
      this.#handOverScheduled = false;
      if (this.#waiting.length > 0) this.#handOver(this.#handler!);
    });
  }

  #handOver(handler: CommandHandler): void {
    const batch = this.#waiting;
    this.#waiting = [];
    const answers = answersOf(handler, batch);
    for (let i = 0; i < batch.length; i++) {
      const { settle } = batch[i]!;
      answers[i]!.then(settle, (error: unknown) => settle(defect(error)));
    }
  }
}

/** A consumer never rejects; if it does, its sender is told rather than kept waiting. */
function answersOf(handler: CommandHandler, batch: Waiting[]): Promise<CommandAnswer>[] {
  try {
    return handler(batch.map(({ command }) => command));
  } catch (error) {
    return batch.map(() => Promise.resolve(defect(error)));
  }
}

const bytesOf = ({ body }: CommandEnvelope): number => body?.byteLength ?? 0;

const defect = (error: unknown): CommandRefused => ({
  ok: false,
  code: 'defect',
  message: error instanceof Error ? error.message : String(error),
});
