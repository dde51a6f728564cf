import type { JsonObject, OperationView, ResultSeriesView } from '#contracts';
import { describe, expect, it } from 'vitest';
import { lengthText, saidOfPlaces } from './places.js';

const summary = (own: object): JsonObject => ({
  fields: [
    { field: 'other position', distance: 7 },
    { field: 'van position', ...own },
  ],
});
const series = (columns: object) => ({ deviceId: 'van', field: 'position', time: [1, 2], ...columns }) as unknown as ResultSeriesView;
const operation = (rows: string) => ({ rows }) as OperationView;

describe('what is said of places', () => {
  it('is of the whole way, not of the rows that are shown', () => {
    const track = series({ distance: [10, 20] });
    expect(saidOfPlaces(operation('each'), track, summary({ distance: 34_996 }))).toBe('35.0 km in all');
  });

  it('counts every trip and every stop', () => {
    const trips = series({ kind: ['trip', 'stop'], distance: [10, 0] });
    expect(saidOfPlaces(operation('own'), trips, summary({ trips: 1, stops: 0, distance: 900 }))).toBe('1 trip and 0 stops, 900 m in all');
    expect(saidOfPlaces(operation('own'), trips, summary({ trips: 353, stops: 1, distance: 900 }))).toMatch(/^353 trips and 1 stop,/);
    expect(saidOfPlaces(operation('own'), series({ enter: [1, 2] }), summary({ passages: 15_000 }))).toMatch(/^15\s000 passages$/);
  });

  it('tells lengths in two units', () => {
    expect(lengthText(5 * 86_400 + 23 * 3_600)).toBe('5 d 23 h');
    expect(lengthText(NaN)).toBe('–');
  });
});
