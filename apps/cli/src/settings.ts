/** What the command line takes from its surroundings; the only file of the cli that reads the environment. */

export interface CliSettings {
  /** Of a running server; `THINGSIO_URL`. */
  url: string;
  /** `THINGSIO_API_KEY`. */
  apiKey: string | undefined;
}

export const DEFAULT_URL = 'http://127.0.0.1:3000';

export function readCliSettings(environment: NodeJS.ProcessEnv = process.env): CliSettings {
  return { url: environment['THINGSIO_URL'] || DEFAULT_URL, apiKey: environment['THINGSIO_API_KEY'] || undefined };
}
