/** `difference`: what changed since the reading before, or so many readings before. */
import type { OnlineReducer, Operation } from '../operation.js';
import { runOnline } from '../series-columns.js';

interface State {
  /** The last values, as a ring. */
  recent: number[];
  seen: number;
}

const reducer: OnlineReducer<State> = {
  initial: () => ({ recent: [], seen: 0 }),
  step(state, _time, value, { lag }) {
    if (!Number.isFinite(value)) return { state, row: [NaN] };
    const slot = state.seen % (lag as number);
    const before = state.recent[slot] ?? NaN;
    state.recent[slot] = value;
    state.seen++;
    return { state, row: [value - before] };
  },
};

export const difference: Operation = {
  name: 'difference',
  label: 'Difference',
  description: 'What changed from reading to reading. Readings without a value are skipped: the next one is compared with the last known.',
  parameters: [
    {
      name: 'lag',
      label: 'Readings back',
      description: 'How many readings back the one compared with is; 24 compares hourly readings with the day before.',
      type: 'integer',
      min: 1,
      max: 10_000,
      default: 1,
    },
  ],
  input: { kind: 'number', fieldsMin: 1, fieldsMax: 50 },
  columns: [{ name: 'value', label: 'Difference', kind: 'number' }],
  rows: 'each',
  run: runOnline(reducer, ['value']),
  online: reducer as OnlineReducer,
};
