/** The operations as clients see them: what a form is built from. */
import type { Json, OperationView, ParameterView } from '#contracts';
import { OPERATIONS, type Operation, type Parameter } from '#timeseries';

export const operationVersionOf = ({ version }: Operation): number => version ?? 1;

export function operationViews(): OperationView[] {
  return OPERATIONS.map((operation) => ({
    name: operation.name,
    label: operation.label,
    description: operation.description,
    ...(operation.source !== undefined && { source: operation.source }),
    operationVersion: operationVersionOf(operation),
    parameters: operation.parameters.map(parameterView),
    input: { ...operation.input },
    columns: operation.columns.map((column) => ({ ...column })),
    rows: operation.rows,
    online: operation.online !== undefined,
  }));
}

/** Members that a parameter does not have are left out. */
function parameterView(parameter: Parameter): ParameterView {
  return JSON.parse(JSON.stringify(parameter)) as ParameterView & Json;
}
