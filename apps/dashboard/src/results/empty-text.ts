/** Why there is nothing in a result. */
import type { AnalysisView, OperationView } from '#contracts';
import { counted } from '../ui/number-text.js';

type Told = Pick<AnalysisView, 'lineage' | 'inputs' | 'params'>;

export function emptyText({ lineage, inputs, params }: Told, { columns }: Pick<OperationView, 'columns'>): string {
  const counts = lineage.inputs.map(({ readings }) => readings);
  if (counts.every((count) => count === 0)) return 'There is nothing in the result: no reading was in this time.';
  const readings = counts.reduce<number>((sum, count = 0) => sum + count, 0);
  const within = readings > 0 ? ` in ${counted(readings, 'reading')}` : '';
  const isPassages = columns.some(({ name }) => name === 'dwell');
  if (!isPassages) return `There is nothing in the result: nothing was found${within}.`;
  const never = inputs.length === 1 ? 'It never' : 'None of them ever';
  return `${never} ${params['dwellMin'] ? 'stayed in the area for so long' : 'came into the area'}${within}.`;
}
