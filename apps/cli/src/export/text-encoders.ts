/** Readings as CSV (one column a field part) and as NDJSON (one reading a line, as the server gives it). */
import type { Json } from '#contracts';
import type { Encoder, PartColumn, ReadingItem } from './encoder.js';

export function createCsvEncoder(columns: PartColumn[]): Encoder {
  let header = ['time', 'recordedAt', 'seq', ...columns.map((column) => column.part)].map(csvCell).join(',') + '\n';
  const encode = (items: ReadingItem[]) => {
    const lines = items.map((item) =>
      [item.time, item.recordedAt, item.seq ?? '', ...columns.map((column) => partValue(item, column) ?? '')]
        .map((cell) => csvCell(String(cell)))
        .join(','),
    );
    const text = header + lines.map((line) => `${line}\n`).join('');
    header = '';
    return text;
  };
  return { encode, end: () => header };
}

export function createNdjsonEncoder(): Encoder {
  return { encode: (items) => items.map((item) => `${JSON.stringify(item)}\n`).join(''), end: () => '' };
}

export function partValue(item: ReadingItem, { name, part }: PartColumn): Json | undefined {
  const value = item.values[name];
  if (part === name || value === null || value === undefined) return value;
  return (value as Record<string, Json>)[part.slice(name.length + 1)];
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
