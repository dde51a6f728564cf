import type { OperationView, ResultSeriesView } from '#contracts';
import { describe, expect, it } from 'vitest';
import { csvOf, resultCsv } from './csv.js';

const operation = {
  columns: [
    { name: 'score', label: 'Score', kind: 'number' },
    { name: 'end', label: 'To', kind: 'time' },
    { name: 'anomaly', label: 'Anomaly', kind: 'boolean' },
  ],
} as OperationView;

describe('a result as CSV', () => {
  it('has a line for each row, with times as ISO 8601 and nothing where there is no value', () => {
    const series = { deviceId: 'd', field: 't', time: [0, 1_000], score: [0.5, null], end: [1_000, null], anomaly: [true, false] };
    expect(resultCsv(operation, [series as ResultSeriesView])).toBe(
      'time,device,field,score,end,anomaly\r\n' +
        '1970-01-01T00:00:00.000Z,d,t,0.5,1970-01-01T00:00:01.000Z,true\r\n' +
        '1970-01-01T00:00:01.000Z,d,t,,,false\r\n',
    );
  });

  it('quotes what would break a line, and keeps a text from being a formula', () => {
    expect(csvOf(['a'], [['x,"y"\nz'], ['=1+1'], [-1]])).toBe('a\r\n"x,""y""\nz"\r\n\'=1+1\r\n-1\r\n');
  });
});
