/** Which format an Accept header asks for. */
import { refuse } from '../problem-error.js';

export type AnswerFormat = 'json' | 'csv' | 'ndjson' | 'parquet' | 'arrow-stream' | 'arrow-file';

const TYPES: [type: string, format: AnswerFormat][] = [
  ['application/json', 'json'],
  ['text/csv', 'csv'],
  ['application/x-ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['application/vnd.apache.parquet', 'parquet'],
  ['application/parquet', 'parquet'],
  ['application/x-parquet', 'parquet'],
  ['application/vnd.apache.arrow.stream', 'arrow-stream'],
  ['application/vnd.apache.arrow.file', 'arrow-file'],
];

/** The format of highest quality, the first named among equals; JSON for everything and nothing. */
export function formatFor(accept: string | undefined): AnswerFormat {
  if (accept === undefined || accept.trim() === '') return 'json';
  const wishes = accept
    .split(',')
    .map(wishIn)
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { range } of wishes) {
    const found = TYPES.find(([type]) => covers(range, type));
    if (found) return found[1];
  }
  throw refuse('request.not-acceptable', `None of "${accept.slice(0, 200)}" can be given.`, { accepted: TYPES.map(([type]) => type) });
}

function wishIn(text: string): { range: string; quality: number } {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
  return { range, quality: Number.isNaN(quality) ? 0 : quality };
}

function covers(range: string, type: string): boolean {
  if (range === '*/*') return true;
  return range === type || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));
}
