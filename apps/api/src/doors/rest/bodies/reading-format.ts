/** Content-Type and Content-Encoding of readings: what they mean here, and what is not understood. */
import type { ReadingFormat } from '#contracts';
import { refuse } from '../problem-error.js';

const FORMATS: Record<string, ReadingFormat> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'text/csv': 'csv',
  'application/senml+json': 'senml',
};
export const READING_TYPES = ['application/json', 'application/x-ndjson', 'text/csv', 'application/senml+json'];
export const MANY_DEVICES_TYPES = ['application/json', 'application/x-ndjson'];

export type Encoding = 'identity' | 'gzip' | 'deflate' | 'br';
const ENCODINGS: Record<string, Encoding> = {
  '': 'identity',
  identity: 'identity',
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'br',
};

/** The nearly always used, as it is nearly always written. */
const PLAIN_JSON = 'application/json';

/** Throws 415 for a type or charset that is not understood. */
export function formatOf(contentType: string | undefined, accepted: string[] = READING_TYPES): ReadingFormat {
  if (contentType === PLAIN_JSON) return 'json';
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const format = accepted.includes(mainName(type.trim())) ? FORMATS[type.trim()] : undefined;
  const said =
    contentType === undefined ? 'There is no Content-Type.' : `Content-Type "${contentType.slice(0, 100)}" is not understood here.`;
  if (!format) throw refuse('request.unsupported-media-type', said, { accepted });
  const charset = parameters.map((one) => /^\s*charset\s*=\s*"?([^";\s]*)"?\s*$/.exec(one)?.[1]).find((one) => one !== undefined);
  if (charset !== undefined && !['utf-8', 'utf8', 'us-ascii'].includes(charset)) {
    throw refuse('request.unsupported-media-type', `The charset "${charset.slice(0, 40)}" is not understood here; send UTF-8.`, {
      accepted,
    });
  }
  return format;
}

export function encodingOf(header: string | undefined): Encoding {
  const encoding = header === undefined ? 'identity' : ENCODINGS[header.trim().toLowerCase()];
  if (encoding) return encoding;
  throw refuse('request.unsupported-media-type', `Content-Encoding "${header!.slice(0, 40)}" is not understood here.`, {
    accepted: ['gzip', 'deflate', 'br', 'identity'],
  });
}

const mainName = (type: string): string => (FORMATS[type] === 'ndjson' ? 'application/x-ndjson' : type);
