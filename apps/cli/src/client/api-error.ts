/** What went wrong with a request, as one line a person can act on. */
import type { Problem } from '#contracts';

/** The server answered, and refused. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly problem: Partial<Problem>,
    readonly retryAfterMs: number | undefined,
  ) {
    super([problem.detail ?? problem.title ?? `The server answered ${status}`, problem.advice].filter(Boolean).map(sentence).join(' '));
  }

  get code(): string {
    return this.problem.code ?? `http.${this.status}`;
  }

  /** Worth trying again: nothing was decided, or it cannot be told. */
  get transient(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

function sentence(text: string | undefined): string {
  const capital = `${text?.[0]?.toUpperCase() ?? ''}${text?.slice(1) ?? ''}`;
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** No answer came. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';

  constructor(url: string, cause: unknown) {
    super(`Cannot reach thingsIO at ${url} (${reasonOf(cause)}). Is it running? Start it with "npm start", or name another with --url.`, {
      cause,
    });
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return (cause as NodeJS.ErrnoException).code ?? cause.message;
}
