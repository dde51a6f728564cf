/** `cumulative`: what has come together so far. */
import { UNIT_MS } from '../../every.js';
import type { OnlineReducer, Operation } from '../operation.js';
import type { Values } from '../parameters.js';
import { runOnline } from '../series-columns.js';

interface State {
  count: number;
  sum: number;
  /** What rounding took from the sum (Neumaier). */
  lost: number;
  low: number | null;
  high: number | null;
  time: number;
  value: number;
}

const reducer: OnlineReducer<State> = {
  initial: () => ({ count: 0, sum: 0, lost: 0, low: null, high: null, time: 0, value: 0 }),
  step(state, time, value, values) {
    if (!Number.isFinite(value)) return { state, row: [NaN] };
    const part = values.fn === 'integral' ? area(state, time, value, values) : value;
    const next = state.sum + part;
    state.lost += Math.abs(state.sum) >= Math.abs(part) ? state.sum - next + part : part - next + state.sum;
    state.sum = next;
    state.count++;
    state.low = state.low === null || value < state.low ? value : state.low;
    state.high = state.high === null || value > state.high ? value : state.high;
    state.time = time;
    state.value = value;
    return { state, row: [READ[values.fn as keyof typeof READ](state)] };
  },
};

const READ = {
  sum: (state: State) => state.sum + state.lost,
  integral: (state: State) => state.sum + state.lost,
  mean: (state: State) => (state.sum + state.lost) / state.count,
  min: (state: State) => state.low ?? NaN,
  max: (state: State) => state.high ?? NaN,
};

/** Under the straight line from the reading before. */
function area(state: State, time: number, value: number, { per, gapMax }: Values): number {
  const passed = time - state.time;
  if (state.count === 0 || passed > ((gapMax as number | undefined) ?? Infinity)) return 0;
  return ((state.value + value) / 2) * (passed / UNIT_MS[per as 's']);
}

export const cumulative: Operation = {
  name: 'cumulative',
  label: 'Cumulative',
  description:
    'The sum, mean, lowest or highest of all values so far, or the area under the curve: of a power in kW per hour, the energy in kWh.',
  parameters: [
    {
      name: 'fn',
      label: 'Function',
      description: 'What is made of all values so far.',
      type: 'choice',
      choices: Object.keys(READ),
      default: 'sum',
    },
    {
      name: 'per',
      label: 'Per',
      description: 'The unit of time of the area: h makes kWh of kW.',
      type: 'choice',
      choices: ['s', 'm', 'h', 'd'],
      default: 'h',
    },
    {
      name: 'gapMax',
      label: 'Longest gap',
      description: 'Nothing is added to the area over a longer time without readings. Left out: over any.',
      type: 'duration',
      optional: true,
    },
  ],
  input: { kind: 'number', fieldsMin: 1, fieldsMax: 50 },
  columns: [{ name: 'value', label: 'So far', kind: 'number' }],
  rows: 'each',
  run: runOnline(reducer, ['value'], (series, { fn }) => ({
    fn,
    fields: series.map(({ deviceId, field, columns }) => {
      const last = (columns.value as Float64Array).findLast((it) => it === it);
      return { deviceId, field, last: last ?? null };
    }),
  })),
  online: reducer as OnlineReducer,
};
