/** A time in a body: text or a number, read later. */
import { type ValidationArguments, ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';

@ValidatorConstraint({ name: 'time' })
export class IsTextOrNumber implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' || typeof value === 'number';
  }

  defaultMessage({ property }: ValidationArguments): string {
    return `${property} is a time: ISO 8601, or a number`;
  }
}
