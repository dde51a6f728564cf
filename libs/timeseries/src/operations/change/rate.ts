/** `rate`: how fast a value changes, and what a counter counted although it was reset. */
import { UNIT_MS } from '../../every.js';
import type { OnlineReducer, Operation, ResultSeries } from '../operation.js';
import type { Values } from '../parameters.js';
import { runOnline } from '../series-columns.js';

interface State {
  time: number | null;
  value: number;
}

const NOTHING = [NaN, NaN, 0];

const reducer: OnlineReducer<State> = {
  initial: () => ({ time: null, value: 0 }),
  step(state, time, value, values) {
    if (!Number.isFinite(value)) return { state, row: NOTHING };
    const passed = state.time === null ? Infinity : time - state.time;
    const change = value - state.value;
    state.time = time;
    state.value = value;
    if (passed === Infinity || passed > ((values.gapMax as number | undefined) ?? Infinity)) return { state, row: NOTHING };
    const reset = values.counter === true && change < 0;
    const increase = reset ? countedSinceReset(value, change, values) : change;
    return { state, row: [passed > 0 ? (increase / passed) * UNIT_MS[values.per as 's'] : NaN, increase, reset ? 1 : 0] };
  },
};

/** A counter that starts again counts from 0; one that wraps went on through its end. */
function countedSinceReset(value: number, change: number, { wrapsAt }: Values): number {
  return wrapsAt === undefined ? value : change + (wrapsAt as number);
}

export const rate: Operation = {
  name: 'rate',
  label: 'Rate of change',
  description:
    'How much a value changes in a second, minute or hour, from reading to reading. A counter (energy, pulses, bytes) that falls was reset, and counts on from zero.',
  source: 'Prometheus, rate() and increase()',
  parameters: [
    {
      name: 'per',
      label: 'Per',
      description: 'The time that the rate is given for.',
      type: 'choice',
      choices: ['s', 'm', 'h', 'd'],
      default: 's',
    },
    {
      name: 'counter',
      label: 'Is a counter',
      description: 'The value only grows, and a smaller one means that it started again.',
      type: 'boolean',
      default: false,
    },
    {
      name: 'wrapsAt',
      label: 'Wraps at',
      description: 'The number of values of a counter that goes on from its highest to 0, such as 65536. Left out: it starts again at 0.',
      type: 'number',
      min: 1,
      optional: true,
    },
    {
      name: 'gapMax',
      label: 'Longest gap',
      description: 'No rate is given over a longer time without readings. Left out: over any.',
      type: 'duration',
      optional: true,
    },
  ],
  input: { kind: 'number', fieldsMin: 1, fieldsMax: 50 },
  columns: [
    { name: 'rate', label: 'Rate', kind: 'number' },
    { name: 'increase', label: 'Increase', kind: 'number' },
    { name: 'reset', label: 'Reset', kind: 'boolean' },
  ],
  rows: 'each',
  run: runOnline(reducer, ['rate', 'increase', 'reset'], (series, { per }) => ({ per, fields: series.map(totals) })),
  online: reducer as OnlineReducer,
};

function totals({ deviceId, field, columns }: ResultSeries) {
  const add = (column: Float64Array) => column.reduce((sum, it) => (it === it ? sum + it : sum), 0);
  return { deviceId, field, increase: add(columns.increase as Float64Array), resets: add(columns.reset as Float64Array) };
}
