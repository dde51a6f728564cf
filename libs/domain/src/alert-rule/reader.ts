/** Reads JSON member by member, and takes down everything that is wrong with it. */
import { cut, isPlainObject, show } from '../kernel/show.js';
import { parseDuration } from './duration.js';

export interface RuleError {
  /** Where: `condition.of.1.value`. */
  path: string;
  message: string;
}

/** An object at a path. `members` names those it may have; others are complained of. */
export class Reader {
  constructor(
    readonly json: Readonly<Record<string, unknown>>,
    readonly path: string,
    readonly errors: RuleError[],
  ) {}

  static of(json: unknown, path: string, errors: RuleError[], what: string): Reader | undefined {
    if (isPlainObject(json)) return new Reader(json, path, errors);
    errors.push({ path, message: `is ${what}, not ${show(json)}` });
    return undefined;
  }

  only(members: readonly string[]): void {
    for (const name of Object.keys(this.json)) {
      if (!members.includes(name)) this.complain(cut(name), `is no member here; there are ${members.join(', ')}`);
    }
  }

  complain(member: string, message: string): undefined {
    const path = [this.path, member].filter((part) => part !== '').join('.');
    this.errors.push({ path, message });
    return undefined;
  }

  has(member: string): boolean {
    return (this.json[member] ?? undefined) !== undefined;
  }

  text(member: string, charsMax: number): string | undefined {
    const value = this.json[member];
    if (typeof value === 'string' && value.trim() !== '' && value.length <= charsMax) return value;
    return this.complain(member, `is text of 1 to ${charsMax} characters, not ${show(value)}`);
  }

  number(member: string, min = -Infinity, max = Infinity): number | undefined {
    const value = this.json[member];
    if (typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max) return value;
    const bounds = max === Infinity ? (min === -Infinity ? '' : ` of at least ${min}`) : ` from ${min} to ${max}`;
    return this.complain(member, `is a number${bounds}, not ${show(value)}`);
  }

  choice<T extends string>(member: string, choices: readonly T[]): T | undefined {
    const value = this.json[member];
    if (choices.includes(value as T)) return value as T;
    return this.complain(member, `is one of ${choices.join(', ')}, not ${show(value)}`);
  }

  duration(member: string): string | undefined {
    const value = this.json[member];
    if (parseDuration(value) !== undefined) return value as string;
    return this.complain(member, `is a length of time such as 30s, 5m, 4h or 1d, at most a year, not ${show(value)}`);
  }

  list(member: string, lengthMax: number, lengthMin = 1): readonly unknown[] | undefined {
    const value = this.json[member];
    if (Array.isArray(value) && value.length >= lengthMin && value.length <= lengthMax) return value;
    return this.complain(member, `is a list of ${lengthMin} to ${lengthMax}, not ${show(value)}`);
  }

  object(member: string, what: string): Reader | undefined {
    return Reader.of(this.json[member], [this.path, member].filter((part) => part !== '').join('.'), this.errors, what);
  }
}

/** Members that are there; `undefined` ones are left out, as JSON has it. */
export function present<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
