/** Checks a request body against its DTO class. Names are checked too: a mistyped `expiresAt` must not make an eternal key. */
import type { PipeTransform } from '@nestjs/common';
import { validateSync, type ValidationError } from 'class-validator';
import { refuse } from './problem-error.js';

export class BodyPipe<T extends object> implements PipeTransform<unknown, T> {
  constructor(private readonly shape: new () => T) {}

  transform(body: unknown): T {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw refuse('request.malformed', 'The body must be a JSON object.');
    const instance = new this.shape();
    for (const [name, value] of Object.entries(body)) {
      if (value !== null) Object.defineProperty(instance, name, { value, enumerable: true, writable: true, configurable: true });
    }
    const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: true });
    if (errors.length > 0)
      throw refuse('request.malformed', describe(errors[0]!), {
        errors: errors.map(({ property, constraints }) => ({ member: property, message: Object.values(constraints ?? {})[0] })),
      });
    return instance;
  }
}

function describe({ property, constraints }: ValidationError): string {
  const [rule, message] = Object.entries(constraints ?? {})[0] ?? ['', 'is not valid'];
  return rule === 'whitelistValidation' ? `There is no member "${property}" here.` : `${message}.`;
}
