/** Query parameters of the routes that take many, for the OpenAPI document. */
export interface ParameterText {
  name: string;
  description: string;
  schema: Record<string, unknown>;
}

const text = (name: string, description: string, schema: Record<string, unknown> = {}): ParameterText => ({
  name,
  description,
  schema: { type: 'string', ...schema },
});

export const RANGE_PARAMETERS: ParameterText[] = [
  text('from', 'Inclusive; ISO 8601, or a number of s, ms, µs or ns since 1970.', { example: '2026-05-01T00:00:00Z' }),
  text('to', 'Exclusive.', { example: '2026-05-02T00:00:00Z' }),
  text('tz', 'IANA zone; in CSV and NDJSON times carry it.', { example: 'Europe/Berlin' }),
];
export const LIST_PARAMETERS: ParameterText[] = [
  {
    name: 'limit',
    description: 'At most so many items; fewer where they are large. Whether there are more, `next` tells.',
    schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
  },
  text('cursor', 'Where to go on: `next` of the answer before.'),
];
export const EVENTS_PARAMETERS: ParameterText[] = [
  text('order', 'Which come first; `next` goes on in the same order.', { enum: ['oldest', 'newest'], default: 'oldest' }),
];
export const AS_OF_PARAMETER: ParameterText = text('asOf', 'What was known at this position of the log, or at this ISO 8601 time.');
export const SERIES_PARAMETERS: ParameterText[] = [
  text('fields', 'Comma list of fields or their parts (`position.lat`); all when absent.', { example: 'temperature' }),
  ...RANGE_PARAMETERS,
  text('every', 'Window: a number and ms, s, m, h, d, w, mo or y; aligned to the epoch, or to local midnight and hour with `tz`.', {
    example: '5m',
  }),
  { name: 'points', description: 'At most so many points.', schema: { type: 'integer', minimum: 1 } },
  text('method', 'How a picture is reduced to `points`.', { enum: ['lttb', 'm4'], default: 'lttb' }),
  text('fn', 'Comma list of mean, min, max, sum, count, first, last, stddev, median and percentiles like p95.', { default: 'mean' }),
  text('fill', 'What stands in empty windows.', { enum: ['none', 'null', 'previous', 'linear', 'zero'], default: 'none' }),
];
export const ACK_PARAMETER: ParameterText = text('ack', 'When to answer: taken, durable, or visible everywhere.', {
  enum: ['queued', 'recorded', 'projected'],
  default: 'recorded',
});
