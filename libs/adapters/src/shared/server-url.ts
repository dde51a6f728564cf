/** What an adapter to a server says when it cannot use it: one line that names the setting, the server and why. */

/** Thrown by `open…`: the server is missing, refuses us, or is another than it should be. */
export class ServerRefusedError extends Error {
  override readonly name = 'ServerRefusedError';
  constructor(setting: string, url: string, why: string, options?: ErrorOptions) {
    super(`${setting} ${withoutPassword(url)}: ${why}`.replaceAll(/\s*\n\s*/g, ' '), options);
  }
}

export function withoutPassword(url: string): string {
  return url.replace(/(:\/\/[^:/@]*):[^@/]*@/, '$1:***@').replace(/([?&](?:password|token)=)[^&]*/g, '$1***');
}

/** A refused connection to a name with several addresses is an error of errors, without a text of its own. */
export function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return textOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return error.message || String(code ?? error.name);
}
