/** Makes a reading of a row, by the schema: values that do not fit are sent as they stand, so that the server's verdict keeps them. */
import type { DeviceSchema, FieldSchema } from '#contracts';
import { booleanOf, isEmpty, numberOf, type Inference } from './infer-schema.js';
import type { Cell, Row } from './rows.js';
import type { TimeReader } from './times.js';

export type ReadingOfRow = (row: Row, seq: number) => Record<string, unknown>;

export function readingOfRow(inference: Inference, schema: DeviceSchema, timeHeading: string, times: TimeReader): ReadingOfRow {
  const { columns, locations } = inference;
  return (row, seq) => {
    const reading: Record<string, unknown> = { time: times.read(row.cells[timeHeading]), seq };
    for (const { heading, field, schema: inferred } of columns) {
      const cell = row.cells[heading];
      if (!isEmpty(cell)) reading[field] = valueOf(cell as Cell, schema.fields[field] ?? inferred);
    }
    for (const { field, lat, lon, alt } of locations) {
      if (isEmpty(row.cells[lat]) || isEmpty(row.cells[lon])) continue;
      const height = alt === undefined || isEmpty(row.cells[alt]) ? {} : { alt: asNumber(row.cells[alt]) };
      reading[field] = { lat: asNumber(row.cells[lat]), lon: asNumber(row.cells[lon]), ...height };
    }
    return reading;
  };
}

function valueOf(cell: Cell, field: FieldSchema): unknown {
  switch (field.type) {
    case 'number':
    case 'integer':
      return asNumber(cell);
    case 'boolean':
      return booleanOf(cell) ?? cell;
    default:
      return typeof cell === 'string' ? cell : String(cell);
  }
}

function asNumber(cell: Cell | undefined): unknown {
  return cell === undefined ? cell : (numberOf(cell) ?? cell);
}
