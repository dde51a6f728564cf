import 'reflect-metadata';
import { getMetadataStorage } from 'class-validator';
import { describe, expect, it } from 'vitest';
import * as dto from '../dto/bodies.js';
import { BODIES, COMPONENTS } from './components.js';

const membersOf = (body: new () => object) => {
  const rules = getMetadataStorage().getTargetValidationMetadatas(body, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))].sort();
};

describe('documented bodies', () => {
  it.each(Object.keys(BODIES))('%s has the members that are checked', (name) => {
    const body = (dto as unknown as Record<string, new () => object>)[name]!;
    expect(Object.keys(BODIES[name]!['properties'] as object).sort()).toEqual(membersOf(body));
  });

  it('leave out none', () => {
    expect(
      Object.keys(dto)
        .filter((name) => name.endsWith('Body'))
        .sort(),
    ).toEqual(Object.keys(BODIES).sort());
  });

  it('require no empty list of members, which OpenAPI 3.0 does not know', () => {
    expect(JSON.stringify(COMPONENTS)).not.toContain('"required":[]');
  });

  it('refer to nothing that is not there', () => {
    for (const [, name] of JSON.stringify(COMPONENTS).matchAll(/#\/components\/schemas\/(\w+)/g)) expect(COMPONENTS).toHaveProperty(name!);
  });
});
