/** Runs an online operation over columns: the same reducer as live, row after row. */
import type { OnlineReducer, OperationResult, Progress, ResultSeries, SeriesInput } from './operation.js';
import type { Values } from './parameters.js';

/** How many rows pass between two reports of progress, each of which may cancel. */
const ROWS_BETWEEN_REPORTS = 65_536;

/** Each field by itself. `valuesFor` may find what was not given (fitted parameters) from the whole field; it is told in the summary. */
export function reduceEach<State>(
  reducer: OnlineReducer<State>,
  columns: readonly string[],
  { input, values, progress }: { input: readonly SeriesInput[]; values: Values; progress: Progress | undefined },
  valuesFor: (series: SeriesInput, values: Values) => Values = (_, given) => given,
): OperationResult {
  const used: Values[] = [];
  const series = input.map((one, at) => {
    const own = valuesFor(one, values);
    used.push(own);
    return reduceRows(reducer, columns, one, own, (done) => progress?.((at + done) / input.length));
  });
  progress?.(1);
  return { series, summary: { fields: input.map(({ deviceId, field }, at) => ({ deviceId, field, parameters: used[at] })) } };
}

export function reduceRows<State>(
  reducer: OnlineReducer<State>,
  columns: readonly string[],
  { deviceId, field, time, parts }: SeriesInput,
  values: Values,
  progress?: Progress,
): ResultSeries {
  const value = parts['value'] ?? new Float64Array(time.length).fill(NaN);
  const filled = columns.map(() => new Float64Array(time.length));
  let state = reducer.initial(values);
  for (let row = 0; row < time.length; row++) {
    if (row % ROWS_BETWEEN_REPORTS === 0) progress?.(row / time.length);
    const next = reducer.step(state, time[row]!, value[row]!, values);
    state = next.state;
    for (let c = 0; c < filled.length; c++) filled[c]![row] = next.row[c]!;
  }
  return { deviceId, field, time, columns: Object.fromEntries(columns.map((name, c) => [name, filled[c]!])) };
}
