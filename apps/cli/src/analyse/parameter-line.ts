/** A parameter of an operation as one line: its type, what it does, and what may be given. */
import type { Parameter } from '#timeseries';

export function parameterLine(parameter: Parameter): string {
  const { name, type, description } = parameter;
  const allowed = [boundsOf(parameter), presenceOf(parameter)].filter((it) => it !== undefined).join('; ');
  return `  ${name.padEnd(16)}${type}: ${description}${allowed && ` (${allowed})`}`;
}

function boundsOf(parameter: Parameter): string | undefined {
  switch (parameter.type) {
    case 'choice':
      return `one of ${parameter.choices.join(', ')}`;
    case 'number':
    case 'integer':
      return rangeOf(parameter.min, parameter.max);
    case 'duration':
      return 'like 30s, 5m, 1h or 1d';
    case 'numbers': {
      const range = rangeOf(parameter.minLength, parameter.maxLength);
      return range && `${range} of them`;
    }
    default:
      return undefined;
  }
}

function rangeOf(min: number | undefined, max: number | undefined): string | undefined {
  if (min === undefined) return max === undefined ? undefined : `at most ${max}`;
  return max === undefined ? `at least ${min}` : `${min} to ${max}`;
}

function presenceOf(parameter: Parameter): string | undefined {
  if ('default' in parameter && parameter.default !== undefined) return `default: ${JSON.stringify(parameter.default)}`;
  return parameter.optional ? 'may be left out' : 'required';
}
