/** What went wrong with a request, as one line a person can act on. */
import type { ErrorCode, Problem } from '#contracts';

/** Where the advice of the server speaks of the API: what to do on the command line. */
const ADVICE: Partial<Record<ErrorCode, string>> = {
  'auth.missing': 'Give an API key with --key, or set THINGSIO_API_KEY.',
  'auth.invalid': 'Give another API key with --key, or set THINGSIO_API_KEY.',
  'auth.missing-scope': 'Make a key that has it under "API keys" in the dashboard, or with POST /api/v1/api-keys, and give it with --key.',
  'device.unknown': '"thingsio devices" lists those there are.',
  'projection.unknown': '"thingsio projections" lists them.',
  'rebuild.unknown': '"thingsio replay PROJECTION --status" shows the last.',
  'rebuild.under-way': 'Wait for it, or end it with "thingsio replay PROJECTION --cancel".',
  'rebuild.ended': 'Start another one with "thingsio replay PROJECTION".',
  'generation.unknown': '"thingsio replay PROJECTION --status" lists them.',
  'generation.in-use': 'Only old generations can be dropped; "thingsio replay PROJECTION --cancel" ends a rebuild under way.',
  'parked-command.unknown': '"thingsio parked" lists them; it may have been retried or dropped.',
};

/** The server answered, and refused. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly problem: Partial<Problem>,
    readonly retryAfterMs: number | undefined,
  ) {
    const advice = ADVICE[problem.code as ErrorCode] ?? problem.advice;
    super([problem.detail ?? problem.title ?? `The server answered ${status}`, advice].filter(Boolean).map(sentence).join(' '));
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
