/** Looks at every cell of a file once, and describes its columns as a device schema. */
import type { DeviceSchema, FieldSchema } from '#contracts';
import { fieldNames, unique } from './field-names.js';
import type { Cell, Row } from './rows.js';

export interface InferredColumn {
  heading: string;
  field: string;
  schema: FieldSchema;
}

export interface InferredLocation {
  field: string;
  lat: string;
  lon: string;
  alt?: string | undefined;
}

export interface Inference {
  rows: number;
  schema: DeviceSchema;
  columns: InferredColumn[];
  location: InferredLocation | undefined;
  /** Headings without a value in any row. */
  empty: string[];
  /** Of the time column, the first few that are not empty. */
  timeSamples: Cell[];
}

/** A text column with more different values than this is text, not a state. */
const ENUM_VALUES_MAX = 24;
const TIME_SAMPLES = 1_000;
const LAT = /^lat(itude)?$/i;
const LON = /^(lon|lng|long|longitude)$/i;
const ALT = /^(alt|altitude|elevation)$/i;

export class SchemaInference {
  private readonly columns = new Map<string, ColumnFacts>();
  private readonly timeSamples: Cell[] = [];
  private rows = 0;

  constructor(private readonly timeHeading: string) {}

  add(row: Row): void {
    this.rows++;
    for (const heading in row.cells) {
      const cell = row.cells[heading] ?? null;
      if (heading === this.timeHeading) {
        if (!isEmpty(cell) && this.timeSamples.length < TIME_SAMPLES) this.timeSamples.push(cell);
        continue;
      }
      let facts = this.columns.get(heading);
      if (!facts) this.columns.set(heading, (facts = new ColumnFacts()));
      facts.add(cell);
    }
  }

  get headings(): string[] {
    return [...this.columns.keys()];
  }

  result(): Inference {
    const filled = [...this.columns].filter(([, facts]) => facts.count > 0);
    const headings = filled.map(([heading]) => heading);
    const names = fieldNames(headings);
    const place = findLocation(filled);
    const fields: Record<string, FieldSchema> = {};
    const columns: InferredColumn[] = [];
    filled.forEach(([heading, facts], index) => {
      if (place && [place.lat, place.lon, place.alt].includes(heading)) return;
      const field = names[index] ?? heading;
      const schema = { ...facts.describe(), ...(field === heading ? {} : { label: heading }) };
      fields[field] = schema;
      columns.push({ heading, field, schema });
    });
    const location = place && { ...place, field: unique('position', new Set(Object.keys(fields))) };
    if (location) fields[location.field] = { type: 'location' };
    const empty = [...this.columns.keys()].filter((heading) => !headings.includes(heading));
    return { rows: this.rows, schema: { fields, unknownFields: 'reject' }, columns, location, empty, timeSamples: this.timeSamples };
  }
}

/** What all values of a column have in common. */
class ColumnFacts {
  count = 0;
  private numbers = true;
  private integers = true;
  private booleans = true;
  private min = Infinity;
  private max = -Infinity;
  private readonly values = new Set<string>();

  add(cell: Cell): void {
    if (isEmpty(cell)) return;
    this.count++;
    const text = String(cell);
    const number = this.numbers ? numberOf(cell) : undefined;
    if (number === undefined) this.numbers = this.integers = false;
    else {
      if (!Number.isSafeInteger(number) || /[.eE]/.test(text)) this.integers = false;
      this.min = Math.min(this.min, number);
      this.max = Math.max(this.max, number);
    }
    if (this.booleans && booleanOf(cell) === undefined) this.booleans = false;
    if (this.values.size <= ENUM_VALUES_MAX) this.values.add(text);
  }

  /** Numbers, all of them within the bounds. */
  within(min: number, max: number): boolean {
    return this.count > 0 && this.numbers && this.min >= min && this.max <= max;
  }

  describe(): FieldSchema {
    if (this.booleans) return { type: 'boolean' };
    if (this.integers) return { type: 'integer' };
    if (this.numbers) return { type: 'number' };
    const recurring = this.values.size <= ENUM_VALUES_MAX && this.count >= 3 * this.values.size;
    return recurring ? { type: 'enum', values: [...this.values].sort() } : { type: 'string' };
  }
}

function findLocation(columns: [string, ColumnFacts][]): Omit<InferredLocation, 'field'> | undefined {
  const lat = columns.find(([heading, facts]) => LAT.test(heading) && facts.within(-90, 90))?.[0];
  const lon = columns.find(([heading, facts]) => LON.test(heading) && facts.within(-180, 180))?.[0];
  const alt = columns.find(([heading, facts]) => ALT.test(heading) && facts.within(-12_000, 1e9))?.[0];
  return lat !== undefined && lon !== undefined ? { lat, lon, alt } : undefined;
}

export function isEmpty(cell: Cell | undefined): boolean {
  return cell === null || cell === undefined || cell === '' || (typeof cell === 'string' && /^(na|n\/a|nan|null|-)$/i.test(cell));
}

/** `00501` is a code, not a number. */
export function numberOf(cell: Cell): number | undefined {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : undefined;
  if (typeof cell !== 'string' || !/^[+-]?(0|[1-9]\d*)?(\.\d+)?([eE][+-]?\d+)?$/.test(cell) || !/\d/.test(cell)) return undefined;
  const number = Number(cell);
  return Number.isFinite(number) ? number : undefined;
}

export function booleanOf(cell: Cell): boolean | undefined {
  if (typeof cell === 'boolean') return cell;
  return typeof cell === 'string' && /^(true|false)$/i.test(cell) ? cell.toLowerCase() === 'true' : undefined;
}
