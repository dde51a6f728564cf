/** What a stream's metadata says of its events: `$maxCount`, `$maxAge`, `$tb`. */

export interface StreamMetadata {
  maxCount?: number;
  maxAgeMs?: number;
  truncateBefore?: number;
  /** As it was written, so that a revival keeps what is not known here. */
  raw: Record<string, unknown>;
}

/** 2^63 − 1, which no double holds: what is as large is what the server writes for a deleted stream. */
const DELETED = 2 ** 63 - 1024;

export const metastreamOf = (stream: string): string => `$$${stream}`;
export const isMetastream = (stream: string): boolean => stream.startsWith('$$');
export const originalOf = (metastream: string): string => metastream.slice(2);

export const DELETING_METADATA = Buffer.from('{"$tb":9223372036854775807}');

export function parseMetadata(data: Uint8Array): StreamMetadata | undefined {
  try {
    const raw = JSON.parse(Buffer.from(data).toString('utf8')) as Record<string, unknown>;
    const maxAge = numberOf(raw.$maxAge);
    return {
      maxCount: numberOf(raw.$maxCount),
      maxAgeMs: maxAge === undefined ? undefined : maxAge * 1_000,
      truncateBefore: numberOf(raw.$tb),
      raw,
    };
  } catch {
    return undefined;
  }
}

export const isDeleted = (metadata: StreamMetadata | undefined): boolean => (metadata?.truncateBefore ?? 0) >= DELETED;

export function revivedMetadata(metadata: StreamMetadata, fromRevision: number): Buffer {
  return Buffer.from(JSON.stringify({ ...metadata.raw, $tb: fromRevision }));
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
