import type { DeviceView } from '#contracts';
import { describe, expect, it } from 'vitest';
import { causeText } from './cause-text.js';
import { wordsOf } from './part-words.js';

const devices = [
  {
    deviceId: 'cold',
    name: 'Cold room',
    schema: {
      fields: {
        temp: { type: 'number', label: 'Temperature', unit: 'Cel' },
        'temp max': { type: 'number', label: 'Warmest', unit: 'Cel' },
        'a, b': { type: 'number', unit: '%' },
        place: { type: 'location', label: 'Place' },
        acceleration: { type: 'vector', label: 'Acceleration', unit: 'm/s2', axes: ['x', 'y'] },
        plain: { type: 'number' },
      },
    },
  },
  { deviceId: 'yard', name: 'Yard', schema: { fields: { t: { type: 'number', label: 'Air', unit: 'Cel' } } } },
] as unknown as DeviceView[];
const words = wordsOf(devices, 'cold', () => true);

describe('why an alert was raised', () => {
  it.each([
    ['temp = 32 (> 30)', 'Temperature = 32 °C (> 30 °C)'],
    ['temp max = -40000 (<= -2.5)', 'Warmest = −40\u00a0000 °C (≤ −2.5 °C)'],
    ['temp = 9 (outside 2 to 8)', 'Temperature = 9 °C (outside 2 to 8 °C)'],
    ['temp = 9 (outside … to 8)', 'Temperature = 9 °C (above 8 °C)'],
    ['temp = 1 (outside 2 to …)', 'Temperature = 1 °C (below 2 °C)'],
    ['temp = 9, by 5 per 1m (> 3)', 'Temperature = 9 °C, by 5 °C per 1 min (> 3 °C)'],
    ['temp = 9, 12 within 4h (> 10)', 'Temperature = 9 °C, 12 °C within 4 h (> 10 °C)'],
    ['temp = 9 (anomaly score 0.93)', 'Temperature = 9 °C (anomaly score 0.93)'],
    ['acceleration.x = 1.5e-7 (> 0)', 'Acceleration x = 1.5 × 10⁻⁷ m/s² (> 0 m/s²)'],
    ['place = 47.37, 8.54 (outside)', 'Place = 47.37, 8.54 (outside)'],
    ['temp = 9, yard t = 3 (> + 2)', 'Temperature = 9 °C, Air of Yard = 3 °C (> + 2 °C)'],
    ['temp = 9, temp max = nothing (>=)', 'Temperature = 9 °C, Warmest = nothing (≥)'],
    ['nothing of temp max for 10m', 'nothing of Warmest for 10 min'],
    ['nothing of the device for 1w', 'nothing of the device for 1w'],
    ['a, b = 9 (> 8), temp = 5 (< 6)', 'a, b = 9 % (> 8 %), Temperature = 5 °C (< 6 °C)'],
    ['plain = 1 (> 0)', 'plain = 1 (> 0)'],
    ['gone = 4 (> 3), temp = 5 (> 4)', 'gone = 4 (> 3), Temperature = 5 °C (> 4 °C)'],
    ['in words of a time to come', 'in words of a time to come'],
  ])('%s', (cause, said) => expect(causeText(cause, words)).toBe(said));

  it('stays as recorded where nothing is known of the device', () => {
    expect(
      causeText(
        'temp = 32 (> 30)',
        wordsOf(devices, 'retired', () => false),
      ),
    ).toBe('temp = 32 (> 30)');
  });
});
