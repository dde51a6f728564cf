import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVENT_REGISTRY, eventVersionOf, PROJECTION_REASONS, upcastBy, upcastEvent, whyNotAnEvent, type EventEntry } from './registry.js';
import type { EventType, RecordedEvent } from './recorded-event.js';

const FIXTURES = new URL('../../fixtures/events/', import.meta.url);
const types = Object.keys(EVENT_REGISTRY) as EventType[];
const files = readdirSync(FIXTURES).filter((file) => file.endsWith('.json'));
const load = (file: string): RecordedEvent => JSON.parse(readFileSync(new URL(file, FIXTURES), 'utf8')) as RecordedEvent;
const eachVersion = types.flatMap((type) => Array.from({ length: eventVersionOf(type) }, (_, i) => `${type}.v${i + 1}.json`));

describe('the event registry', () => {
  it('has a frozen fixture of every version of every type, and no other', () => {
    expect(files.sort()).toEqual(eachVersion.sort());
  });

  it.each(files)('reads %s as an event of today', (file) => {
    const upcast = upcastEvent(load(file));
    expect(whyNotAnEvent(upcast.type, upcast.data)).toBeUndefined();
    expect(upcast.eventVersion).toBe(eventVersionOf(upcast.type));
  });

  it('has an upcaster from every older version', () => {
    for (const type of types) {
      const { eventVersion, upcasters } = EVENT_REGISTRY[type];
      expect(Object.keys(upcasters), type).toEqual(Array.from({ length: eventVersion - 1 }, (_, i) => String(i + 1)));
    }
  });

  it('says of every type which views show it, or why none does', () => {
    expect(Object.keys(PROJECTION_REASONS).sort()).toEqual(types.slice().sort());
    for (const type of types) expect(PROJECTION_REASONS[type], type).toMatch(/\w+/);
  });
});

describe('the check of an event', () => {
  const fixture = (type: EventType): Record<string, unknown> => load(`${type}.v1.json`).data as unknown as Record<string, unknown>;
  const bad: [EventType, string, Record<string, unknown>][] = [
    ['ReadingsReceived', '.seq is not as long as .time', { seq: [1] }],
    ['ReadingsReceived', '.fields.t is not as long as .time', { fields: { t: [1] } }],
    ['ReadingsReceived', '.fields.t is not as long as .time', { fields: { t: { x: [1] } } }],
    ['ReadingsReceived', '.time has fewer than 1 entries', { time: [], fields: {}, seq: [] }],
    ['ReadingsReceived', '.seq [0] is', { seq: [-1, null, null] }],
    ['ReadingsRejected', '.readings [0] .code is no code of a reading', { readings: [{ index: 0, code: 'x', message: '', reading: 1 }] }],
    ['DeviceRegistered', '.tags .a is no text', { tags: { a: 1 } }],
    ['DeviceDescribed', '.colour is not known', { colour: 'red' }],
    ['SchemaRegistered', '.schema .fields .t is of no known type', { schema: { fields: { t: { type: 'toString' } } } }],
    ['DuplicatesDiscarded', '.count is no whole number from 0 on', { count: 1.5 }],
    ['ApiKeyIssued', '.scopes [0] is none of', { scopes: ['root'] }],
  ];

  it.each(bad)('refuses %s where %s', (type, why, change) => {
    expect(whyNotAnEvent(type, { ...fixture(type), ...change })).toContain(why);
  });

  it.each(types.filter((type) => Object.keys(fixture(type)).length > 0))('refuses %s as a list or without a member it needs', (type) => {
    expect(whyNotAnEvent(type, [])).toBe('is no object');
    const needed = Object.keys(fixture(type)).find((key) => {
      const { [key]: _, ...rest } = fixture(type);
      return whyNotAnEvent(type, rest) !== undefined;
    });
    expect(needed !== undefined || type === 'DeviceDescribed').toBe(true);
  });

  it('refuses a type nobody registered', () => {
    expect(whyNotAnEvent('constructor', {})).toBe('constructor is no event type');
    expect(() => eventVersionOf('toString')).toThrow('no event type');
  });
});

describe('upcasting', () => {
  const entry: EventEntry = {
    eventVersion: 3,
    upcasters: { 1: (data) => ({ ...data, b: 1 }), 2: (data) => ({ ...data, c: 2 }) },
    check: () => undefined,
  };
  const stored = (eventVersion: number): RecordedEvent => ({ ...load('DeviceRetired.v1.json'), eventVersion, position: 9 });

  it('reads an old shape through every step to the current one, and leaves the stored event alone', () => {
    const old = stored(1);
    expect(upcastBy(entry, old)).toMatchObject({ eventVersion: 3, data: { b: 1, c: 2 } });
    expect(old).toMatchObject({ eventVersion: 1, data: {} });
  });

  it('gives a current event itself', () => {
    const current = stored(3);
    expect(upcastBy(entry, current)).toBe(current);
  });

  it('throws on a version of the future and on a step that is missing', () => {
    expect(() => upcastBy(entry, stored(4))).toThrow('position 9 has version 4; this program knows 3');
    expect(() => upcastBy({ ...entry, upcasters: {} }, stored(2))).toThrow('nothing reads version 2');
  });
});
