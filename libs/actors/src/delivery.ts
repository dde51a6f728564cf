/** A command in the runtime, with the way back to whoever waits for its answer. */
import type { CommandAnswer, CommandEnvelope, CommandRefused, JsonObject } from '#contracts';

export interface Delivery {
  readonly envelope: CommandEnvelope;
  /** Names the command between a thread and its supervisor. */
  readonly ticket: number;
  /** It may be in the log already: look for it there before deciding it. */
  retried: boolean;
  /** How often it made its entity throw. */
  tries: number;
  /** Called exactly once. */
  reply(answer: CommandAnswer): void;
}

export function refusal(code: string, message: string, retryAfterMs?: number, details?: JsonObject): CommandRefused {
  const refused: CommandRefused = { ok: false, code, message };
  if (details !== undefined) refused.details = details;
  if (retryAfterMs !== undefined) refused.retryAfterMs = retryAfterMs;
  return refused;
}

export const stoppingRefusal = (retryAfterMs: number): CommandRefused =>
  refusal('overload.stopping', 'The service is stopping; nothing was stored.', retryAfterMs);

export const parkedRefusal = (tries: number): CommandRefused =>
  refusal('command.parked', `The command failed ${tries} times and was parked.`);

/** An error as it crosses a thread: plain data. */
export function plainError(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'defect', message: String(error) };
  const code = (error as { code?: unknown }).code;
  return { code: typeof code === 'string' ? code : error.name, message: error.message };
}
