/** In what two analyses agree and differ, line by line. */
import type { AnalysisView, LineageInput } from '#contracts';
import { exactTime } from '../time/format.js';
import { countText, positionText } from '../ui/number-text.js';
import { inputsText, paramsText, shortDigest } from './words.js';

export interface Difference {
  what: string;
  ofA: string;
  ofB: string;
}

export function differences(a: AnalysisView, b: AnalysisView, zone: string): Difference[] {
  const line = (what: string, say: (view: AnalysisView) => string): Difference => ({ what, ofA: say(a), ofB: say(b) });
  return [
    line('Operation', ({ lineage }) => `${lineage.operation}, version ${lineage.operationVersion}`),
    line('Parameters', ({ params }) => paramsText(params) || 'as the operation has them'),
    line('Fields', (view) => inputsText(view, 6)),
    line('Time', ({ lineage }) => spanText(lineage.inputs, zone)),
    line('Readings', ({ lineage }) => countText(lineage.inputs.reduce((sum, { readings = 0 }) => sum + readings, 0))),
    line(
      'Schema versions',
      ({ lineage }) => [...new Set(lineage.inputs.flatMap(({ schemaVersions = [] }) => schemaVersions))].join(', ') || '–',
    ),
    line('Recorded up to', ({ lineage }) => `position ${positionText(lineage.position)}`),
    line('Digest', ({ lineage }) => (lineage.digest ? shortDigest(lineage.digest) : '–')),
  ];
}

function spanText(inputs: readonly LineageInput[], zone: string): string {
  const times = inputs.flatMap(({ firstAt, lastAt }) => (firstAt && lastAt ? [Date.parse(firstAt), Date.parse(lastAt)] : []));
  if (times.length === 0) return '–';
  return `${exactTime(Math.min(...times), zone)} – ${exactTime(Math.max(...times), zone)}`;
}
