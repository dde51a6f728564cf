import { describe, expect, it } from 'vitest';
import { compileSchema } from './compiled-schema.js';

describe('a compiled schema', () => {
  it('is shared by all devices with the same schema', () => {
    const schema = (): Parameters<typeof compileSchema>[0] => ({ fields: { temperature: { type: 'number', max: 9 } } });
    expect(compileSchema(schema())).toBe(compileSchema(schema()));
    expect(compileSchema({ fields: { temperature: { type: 'number', max: 8 } } })).not.toBe(compileSchema(schema()));
  });
});
