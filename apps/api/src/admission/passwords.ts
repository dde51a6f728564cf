/** Passwords: argon2id off the main thread, a few at a time, in the same time whether the account exists or not. */
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';

/** OWASP's first choice: 19 MiB, two passes. Argon2id is the library's default algorithm. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** At most this many at once: 19 MiB each, and the thread pool also unpacks gzip. */
const AT_ONCE_MAX = 2;
/** Beyond this a sign-in would wait longer than anyone does. */
const WAITING_MAX = 200;

@Injectable()
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private nobodys: Promise<string> | undefined;

  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, COST));
  }

  /** `stored` undefined: nobody has this address, and the answer takes as long as a wrong password. */
  async matches(password: string, stored: string | undefined): Promise<boolean> {
    this.nobodys ??= this.hash('nobody has this password');
    const against = stored ?? (await this.nobodys);
    const same = await this.inTurn(() => verify(against, password));
    return same && stored !== undefined;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= AT_ONCE_MAX) {
      if (this.waiting.length >= WAITING_MAX) throw new PasswordsOverloadedError('too many sign-ins wait');
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else this.running++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}

export class PasswordsOverloadedError extends Error {
  override readonly name = 'PasswordsOverloadedError';
}
