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
  locations: InferredLocation[];
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
const PART_LAT = /^(.+)\.lat$/;

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
    const places = findLocations(filled);
    const placed = new Set(places.flatMap(({ lat, lon, alt }) => [lat, lon, alt]));
    const fields: Record<string, FieldSchema> = {};
    const columns: InferredColumn[] = [];
    filled.forEach(([heading, facts], index) => {
      if (placed.has(heading)) return;
      const field = names[index] ?? heading;
      const schema = { ...facts.describe(), ...(field === heading ? {} : { label: heading }) };
      fields[field] = schema;
      columns.push({ heading, field, schema });
    });
    const locations = places.map((place) => {
      const field = unique(fieldNames([place.field])[0] ?? place.field, new Set(Object.keys(fields)));
      fields[field] = { type: 'location' };
      return { ...place, field };
    });
    const empty = [...this.columns.keys()].filter((heading) => !headings.includes(heading));
    return { rows: this.rows, schema: { fields, unknownFields: 'reject' }, columns, locations, empty, timeSamples: this.timeSamples };
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

/** `lat` and `lon` are the `position`; `start.lat` and `start.lon` are the `start`. */
function findLocations(columns: [string, ColumnFacts][]): InferredLocation[] {
  const within = (min: number, max: number) => columns.filter(([, facts]) => facts.within(min, max)).map(([heading]) => heading);
  const [lats, lons, alts] = [within(-90, 90), within(-180, 180), within(-12_000, 1e9)];
  const [lat, lon, alt] = [lats.find((it) => LAT.test(it)), lons.find((it) => LON.test(it)), alts.find((it) => ALT.test(it))];
  const locations = lat !== undefined && lon !== undefined ? [{ field: 'position', lat, lon, alt }] : [];
  for (const heading of lats) {
    const field = PART_LAT.exec(heading)?.[1];
    if (field === undefined || !lons.includes(`${field}.lon`)) continue;
    locations.push({ field, lat: heading, lon: `${field}.lon`, alt: alts.find((it) => it === `${field}.alt`) });
  }
  return locations;
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
