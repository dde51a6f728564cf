/** Words for JSON Schema. */
export type Shape = Record<string, unknown>;

export const text = (more: Shape = {}): Shape => ({ type: 'string', ...more });
export const time = text({ format: 'date-time' });
export const whole: Shape = { type: 'integer', minimum: 0 };
export const number: Shape = { type: 'number' };
export const flag: Shape = { type: 'boolean' };
export const listOf = (items: Shape): Shape => ({ type: 'array', items });
export const mapOf = (values: Shape): Shape => ({ type: 'object', additionalProperties: values });
export const shape = (required: Record<string, Shape>, optional: Record<string, Shape> = {}): Shape => ({
  type: 'object',
  // OpenAPI 3.0 takes no empty list.
  ...(Object.keys(required).length > 0 && { required: Object.keys(required) }),
  properties: { ...required, ...optional },
});
export const use = (name: string): Shape => ({ $ref: `#/components/schemas/${name}` });
export const page = (item: Shape): Shape =>
  shape({ items: listOf(item) }, { next: text({ description: 'Cursor of the next page; absent on the last.' }) });
export const position = text({ pattern: '^\\d+$', description: 'In the whole log, decimal text.' });
