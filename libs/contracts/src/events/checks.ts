/** Small checks of JSON, put together into the schemas of events. */

/** What is wrong and where (`seq[3]: …`); undefined where nothing is. */
export type Check = (value: unknown) => string | undefined;

export const text: Check = (value) => (typeof value === 'string' ? undefined : 'is no text');
export const finite: Check = (value) => (typeof value === 'number' && Number.isFinite(value) ? undefined : 'is no finite number');
export const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'is neither true nor false');
export const count: Check = (value) => (Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : 'is no whole number from 0 on');
export const anyJson: Check = (value) => (value === undefined ? 'is missing' : undefined);
export const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value) ? undefined : `is none of ${values.join(', ')}`;

/** Passes where one of the checks does. */
export const either =
  (...checks: readonly Check[]): Check =>
  (value) => {
    const whys = checks.map((check) => check(value));
    return whys.includes(undefined) ? undefined : whys.join(', and ');
  };
export const orNull = (check: Check): Check => either(oneOf(null), check);

/** A safe integer from 0 on, or decimal text above. */
export const seq: Check = (value) =>
  count(value) === undefined || (typeof value === 'string' && /^\d{16,20}$/.test(value)) ? undefined : 'is no sequence number';

export const list =
  (entry: Check, options: { min?: number } = {}): Check =>
  (value) => {
    if (!Array.isArray(value)) return 'is no list';
    if (value.length < (options.min ?? 0)) return `has fewer than ${options.min} entries`;
    for (let i = 0; i < value.length; i++) {
      const why = entry(value[i]);
      if (why !== undefined) return `[${i}] ${why}`;
    }
    return undefined;
  };

export const record =
  (entry: Check): Check =>
  (value) => {
    if (!isObject(value)) return 'is no object';
    for (const [key, member] of Object.entries(value)) {
      const why = entry(member);
      if (why !== undefined) return `.${key} ${why}`;
    }
    return undefined;
  };

/** Exactly these members; those of `optional` may be absent. */
export const shape =
  (required: Record<string, Check>, optional: Record<string, Check> = {}): Check =>
  (value) => {
    if (!isObject(value)) return 'is no object';
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(required, key) && !Object.hasOwn(optional, key)) return `.${key} is not known`;
    }
    for (const [key, check] of Object.entries({ ...required, ...optional })) {
      if (!Object.hasOwn(value, key) && Object.hasOwn(optional, key)) continue;
      const why = check(value[key]);
      if (why !== undefined) return `.${key} ${why}`;
    }
    return undefined;
  };

/** The first thing that is wrong by any of the checks. */
export const all =
  (...checks: readonly Check[]): Check =>
  (value) => {
    for (const check of checks) {
      const why = check(value);
      if (why !== undefined) return why;
    }
    return undefined;
  };

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
