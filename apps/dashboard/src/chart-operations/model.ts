/** What was added to the charts of a device: kept in the page's address, so that a reload or a link shows the same. */
import type { FieldSchema, JsonObject, OperationView } from '#contracts';
import { partsOf } from '#contracts';
import { shapeOf } from '../analyses/shape.js';

export interface ChartOperation {
  field: string;
  operation: string;
  params: JsonObject;
  /** Readings before the time shown are taken in too. */
  past: boolean;
}

const NAME = 'op';
/** An address is not a store. */
const COUNT_MAX = 12;

export function readOperations(query: URLSearchParams): ChartOperation[] {
  return query.getAll(NAME).slice(0, COUNT_MAX).flatMap(readOne);
}

function readOne(text: string): ChartOperation[] {
  try {
    const [field, operation, params = {}, past = 0] = JSON.parse(text) as [unknown, unknown, JsonObject?, number?];
    return typeof field === 'string' && typeof operation === 'string' ? [{ field, operation, params, past: past === 1 }] : [];
  } catch {
    return [];
  }
}

export function writeOperations(operations: readonly ChartOperation[], query: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(query);
  next.delete(NAME);
  for (const { field, operation, params, past } of operations.slice(-COUNT_MAX)) {
    next.append(NAME, JSON.stringify([field, operation, params, past ? 1 : 0]));
  }
  return next;
}

export const keyOf = (operation: ChartOperation): string => JSON.stringify(operation);

/** What was found for them, in the order in which they were added, whichever was found first. */
export function inOrder<T>(operations: readonly ChartOperation[], found: ReadonlyMap<string, T>): (T & { place: number })[] {
  return operations.flatMap((operation, place) => {
    const own = found.get(keyOf(operation));
    return own ? [{ ...own, place }] : [];
  });
}

/** What operations of one field can take of it; nothing of states and texts. */
export function kindOfField({ type }: FieldSchema): OperationView['input']['kind'] | undefined {
  if (type === 'number' || type === 'integer') return 'number';
  return type === 'location' || type === 'vector' ? type : undefined;
}

/** Whether it can be added to the chart of this field: a vector takes what is for vectors, and what is for each of its axes. */
export function fitsField({ input }: Pick<OperationView, 'input'>, field: FieldSchema): boolean {
  if (input.fieldsMin > 1) return false;
  return input.kind === kindOfField(field) || (field.type === 'vector' && input.kind === 'number');
}

export const partsFor = ({ input }: Pick<OperationView, 'input'>, name: string, field: FieldSchema): string[] =>
  input.kind === 'number' ? partsOf(name, field).slice(0, input.fieldsMax) : [name];

/** What learns from the past is better the more it has of it. */
export function wantsPast(operation: OperationView): boolean {
  return ['forecast', 'anomalies', 'parts', 'smooth'].includes(shapeOf(operation));
}
