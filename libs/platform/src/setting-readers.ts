/** How the text of a setting is read, and what is said where it cannot be. */

/** A setting that cannot be used, in one clear line. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

export const text = (value: string): string => value;
/** Reads the text of a setting; with the values it takes, where those are few. */
export type Reader<T> = ((value: string) => T) & { values?: readonly string[] };

export const oneOf = <T extends string>(...values: T[]): Reader<T> =>
  Object.assign(
    (value: string): T => {
      if (!values.includes(value as T)) throw new SettingsError(`must be one of ${values.join(', ')}, not "${value}"`);
      return value as T;
    },
    { values },
  );
export const whole =
  (min: number, max: number) =>
  (value: string): number => {
    const number = Number(value);
    if (value.trim() === '' || !Number.isInteger(number) || number < min || number > max)
      throw new SettingsError(`must be a whole number from ${min} to ${max}, not "${value}"`);
    return number;
  };
export const share = (value: string): number => {
  const number = Number(value);
  if (value.trim() === '' || !(number >= 0 && number <= 1)) throw new SettingsError(`must be a number from 0 to 1, not "${value}"`);
  return number;
};
export const serverUrl =
  (...protocols: string[]) =>
  (value: string): string => {
    const protocol = /^([a-z+]+):\/\/[^/\s]/.exec(value)?.[1];
    if (protocol === undefined || !protocols.includes(protocol))
      throw new SettingsError(`must be a URL that begins with ${protocols.map((it) => `${it}://`).join(' or ')}`);
    return value;
  };
export const addresses = (value: string): string[] =>
  value.split(',').map((part) => {
    const address = part.trim().toLowerCase();
    if (!/^[^@\s]+@[^@\s]+$/.test(address)) throw new SettingsError(`must be e-mail addresses with commas between, not "${value}"`);
    return address;
  });
const PROXY = /^(loopback|linklocal|uniquelocal|[\da-f.:]+(\/\d{1,3})?)$/i;
export const proxies = (value: string): string[] =>
  value.split(',').map((part) => {
    const proxy = part.trim();
    if (!PROXY.test(proxy))
      throw new SettingsError(`must be addresses, networks (10.0.0.0/8), loopback, linklocal or uniquelocal, not "${value}"`);
    return proxy;
  });
export const secretText = (value: string): string => {
  if (Buffer.byteLength(value) < 32) throw new SettingsError('must have 32 characters or more');
  return value;
};
export const url = (value: string): string => {
  if (!/^https?:\/\/.+\{z\}.*\{x\}.*\{y\}/.test(value)) throw new SettingsError(`must be a URL with {z}, {x} and {y}, not "${value}"`);
  return value;
};
