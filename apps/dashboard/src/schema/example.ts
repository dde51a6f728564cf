/** A reading that fits a schema, for the lines a person copies; and those lines. */
import type { DeviceSchema, FieldSchema, Json } from '#contracts';

export function exampleReading(schema: DeviceSchema): Record<string, Json> {
  const entries = Object.entries(schema.fields);
  // A line nobody can read teaches nobody: of a wide schema only what is required, and the first few.
  const shown = entries.length <= 8 ? entries : entries.filter(([, field], at) => field.required || at < 4);
  return Object.fromEntries(shown.map(([name, field]) => [name, exampleValue(field)]));
}

function exampleValue(field: FieldSchema): Json {
  switch (field.type) {
    case 'number':
      return exampleNumber(field.min, field.max, field.precision ?? 1);
    case 'integer':
      return exampleNumber(field.min, field.max, 0);
    case 'boolean':
      return true;
    case 'string':
      return 'hello'.slice(0, field.maxLength ?? 5);
    case 'enum':
      return field.values[0] ?? '';
    case 'location':
      return { lat: 47.37689, lon: 8.54169 };
    case 'vector':
      return Object.fromEntries(field.axes.map((axis, at) => [axis, exampleNumber(field.min, field.max, 2, at)]));
  }
}

function exampleNumber(min: number | undefined, max: number | undefined, decimals: number, at = 0): number {
  const low = min ?? (max === undefined ? 0 : max - 100);
  const high = max ?? low + 100;
  const value = Number((low + (high - low) * (0.42 + 0.07 * at)).toFixed(Math.min(decimals, 6)));
  return Math.min(high, Math.max(low, value));
}

const inSingleQuotes = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export interface Posting {
  origin: string;
  deviceId: string;
  key: string;
  schema: DeviceSchema;
}

export function curlLine({ origin, deviceId, key, schema }: Posting): string {
  return curl(origin, deviceId, key, 'application/json', JSON.stringify(exampleReading(schema)));
}

export function curlBatch({ origin, deviceId, key, schema }: Posting, now: number): string {
  const readings = [2, 1, 0].map((back, at) => ({
    time: new Date(Math.floor(now / 1000) * 1000 - back * 1000).toISOString(),
    seq: at + 1,
    ...exampleReading(schema),
  }));
  return curl(origin, deviceId, key, 'application/json', JSON.stringify(readings));
}

export function curlCsv({ origin, deviceId, key }: Posting): string {
  return [
    `curl -X POST ${inSingleQuotes(readingsUrl(origin, deviceId))} \\`,
    `  -H ${inSingleQuotes(`Authorization: Bearer ${key}`)} \\`,
    `  -H 'Content-Type: text/csv' --data-binary @readings.csv`,
  ].join('\n');
}

function curl(origin: string, deviceId: string, key: string, type: string, body: string): string {
  return [
    `curl -X POST ${inSingleQuotes(readingsUrl(origin, deviceId))} \\`,
    `  -H ${inSingleQuotes(`Authorization: Bearer ${key}`)} \\`,
    `  -H 'Content-Type: ${type}' \\`,
    `  -d ${inSingleQuotes(body)}`,
  ].join('\n');
}

export const readingsUrl = (origin: string, deviceId: string): string =>
  `${origin}/api/v1/devices/${encodeURIComponent(deviceId)}/readings`;
