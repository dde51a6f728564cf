/** `correlation`: which fields of which devices go up and down together. */
import type { Operation, ResultSeries } from '../operation.js';
import { orNull, resultSeries } from '../series-columns.js';
import { EVERY, TIME_ZONE } from '../time-grid.js';
import { align, ALIGN_FUNCTIONS, refuseTwice } from './aligned.js';
import { correlationOf, ranksOf, type Coefficient, type Correlation } from './coefficients.js';
import { networkOf } from './network.js';

const FIELDS_MAX = 200;

export const correlation: Operation = {
  name: 'correlation',
  label: 'Correlation',
  description: 'How alike fields of one or many devices go up and down: a matrix, and a network of those that belong together.',
  source: 'Pearson 1895; Spearman 1904',
  parameters: [
    {
      name: 'method',
      label: 'Coefficient',
      description: 'pearson: along a straight line. spearman: by ranks, along any rising or falling curve, and not moved by outliers.',
      type: 'choice',
      choices: ['pearson', 'spearman'],
      default: 'pearson',
    },
    {
      ...EVERY,
      optional: true,
      description: `${EVERY.description} All fields are put on the same windows. Left out: about one reading each.`,
    },
    {
      name: 'fn',
      label: 'Function',
      description: 'What becomes of several values in a window.',
      type: 'choice',
      choices: ALIGN_FUNCTIONS,
      default: 'mean',
    },
    {
      name: 'threshold',
      label: 'Edge from',
      description: 'Fields that correlate at least so much, up or down, are connected in the network.',
      type: 'number',
      min: 0,
      max: 1,
      default: 0.7,
    },
    {
      name: 'pairsMin',
      label: 'Fewest windows',
      description: 'Nothing is said of two fields that have fewer windows in common.',
      type: 'integer',
      min: 3,
      max: 1_000_000,
      default: 10,
    },
    TIME_ZONE,
  ],
  input: { kind: 'number', fieldsMin: 2, fieldsMax: FIELDS_MAX },
  columns: [
    { name: 'withDevice', label: 'With device', kind: 'text' },
    { name: 'withField', label: 'With field', kind: 'text' },
    { name: 'correlation', label: 'Correlation', kind: 'number' },
    { name: 'pairs', label: 'Windows in common', kind: 'number' },
    { name: 'p', label: 'By chance', kind: 'number' },
  ],
  rows: 'own',
  run(inputs, values, progress) {
    refuseTwice(inputs);
    const { every, starts, columns } = align(inputs, values);
    const matrix = matrixOf(columns, values.method as Coefficient, values.pairsMin as number, progress);
    const fields = inputs.map(({ deviceId, field }) => ({ deviceId, field }));
    const series = inputs.map((input, a): ResultSeries => {
      const others = inputs.map((_, b) => b).filter((b) => b !== a);
      const column = (of: (it: Correlation) => number) => Float64Array.from(others, (b) => of(matrix[a]![b]!));
      return resultSeries(input, new Float64Array(others.length).fill(starts[0] ?? 0), {
        withDevice: others.map((b) => inputs[b]!.deviceId),
        withField: others.map((b) => inputs[b]!.field),
        correlation: column((it) => it.correlation),
        pairs: column((it) => it.pairs),
        p: column((it) => it.p),
      });
    });
    const threshold = values.threshold as number;
    return {
      series,
      summary: {
        method: values.method,
        every,
        windows: starts.length,
        threshold,
        fields,
        matrix: matrix.map((row) => row.map((it) => orNull(it.correlation))),
        network: networkOf(fields, edgesAbove(matrix, threshold)),
      },
    };
  },
};

/** Both halves; the diagonal is 1 where a field changes at all. Ranks are taken anew only with gaps: each pair then has other windows in common. */
function matrixOf(columns: Float64Array[], method: Coefficient, pairsMin: number, progress?: (done: number) => void): Correlation[][] {
  const matrix: Correlation[][] = columns.map(() => []);
  const ranks = columns.map((column) => (method === 'spearman' && column.every((it) => it === it) ? ranksOf(column) : undefined));
  let done = 0;
  for (let a = 0; a < columns.length; a++) {
    for (let b = 0; b <= a; b++) {
      const ranked = ranks[a] && ranks[b];
      const found = ranked
        ? correlationOf(ranks[a]!, ranked, 'pearson', pairsMin)
        : correlationOf(columns[a]!, columns[b]!, method, pairsMin);
      matrix[a]![b] = found;
      matrix[b]![a] = found;
      progress?.(done++ / ((columns.length * (columns.length + 1)) / 2));
    }
  }
  return matrix;
}

function edgesAbove(matrix: Correlation[][], threshold: number) {
  return matrix.flatMap((row, a) =>
    row.flatMap(({ correlation: it, pairs }, b) => (b > a && Math.abs(it) >= threshold ? [{ a, b, correlation: it, pairs }] : [])),
  );
}
