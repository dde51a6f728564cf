/** The unit of a column of a result: that of the field it was computed from, or what the operation makes of it. */
import type { AnalysisView, OperationView } from '#contracts';

/** Of these names, columns have the unit of their field, whichever operation they are of. */
const AS_FIELD = new Set([
  ...['value', 'smoothed', 'trend', 'seasonal', 'residual', 'increase', 'magnitude', 'rms'],
  ...['mean', 'lower', 'upper', 'lower80', 'upper80', 'lower95', 'upper95'],
]);
const IN_LABEL = /\((m|s|m\/s|°)\)$/;
const TIMES: Record<string, string> = { m: 'min' };

export function columnUnit(
  name: string,
  ofField: string,
  { columns, parameters }: Pick<OperationView, 'columns' | 'parameters'>,
  { params }: Pick<AnalysisView, 'params'>,
): string {
  const own = IN_LABEL.exec(columns.find((column) => column.name === name)?.label ?? '');
  if (own) return own[1] ?? '';
  const paramOf = (param: string): string =>
    String(params[param] ?? parameters.find((parameter) => parameter.name === param)?.default ?? '');
  const [fn, per] = [paramOf('fn'), TIMES[paramOf('per')] ?? paramOf('per')];
  if (name === 'rate') return `${ofField} per ${per}`.trim();
  if (!AS_FIELD.has(name) || fn === 'count') return '';
  return fn === 'integral' && ofField ? `${ofField}·${per}` : ofField;
}

/** For the head of a column: nothing where the label says it. */
export function headUnit(name: string, ofField: string, operation: OperationView, analysis: AnalysisView): string {
  const label = operation.columns.find((column) => column.name === name)?.label ?? '';
  return IN_LABEL.test(label) ? '' : columnUnit(name, ofField, operation, analysis);
}
