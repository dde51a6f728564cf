/** A refusal on its way to the client: a code of `ERRORS`, what went wrong, and members of its own. */
import { type CommandAnswer, type CommandRefused, type ErrorCode, type Problem, problem } from '#contracts';

export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly code: string,
    readonly detail: string,
    readonly members: Record<string, unknown> = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(detail);
  }

  problem(): Problem {
    return problem(this.code, this.detail, this.members);
  }
}

export const refuse = (
  code: ErrorCode,
  detail: string,
  members?: Record<string, unknown>,
  headers?: Record<string, string>,
): ProblemError => new ProblemError(code, detail, members, headers);

/** What an entity or the queue refused, as the client sees it. */
export function refusalOf(answer: CommandRefused): ProblemError {
  // The details of this one name the account that holds the address: they are for us alone.
  const members = answer.code === 'account.email-taken' ? {} : { ...answer.details };
  return new ProblemError(answer.code, answer.message, members, retryAfter(answer));
}

export function accepted<A extends CommandAnswer>(answer: A): Extract<A, { ok: true }> {
  if (!answer.ok) throw refusalOf(answer);
  return answer as Extract<A, { ok: true }>;
}

/** Every 429 and 503 says when to come again; a second where nobody knows better. */
function retryAfter(answer: CommandRefused): Record<string, string> {
  const asked = answer.retryAfterMs;
  if (asked !== undefined) return { 'retry-after': String(Math.max(1, Math.ceil(asked / 1000))) };
  return /^(overload|limit|command)\./.test(answer.code) ? { 'retry-after': '1' } : {};
}
