/** Results of analyses beside the views: written by the workers under their digest, read by the api. */
import type { ViewDatabase, ViewStore, ViewTransaction } from '#ports';
import { decodeChunk, type ResultChunk } from './result-chunks.js';

export interface AnalysisKey {
  accountId: string;
  analysisId: string;
}

/** A chunk as it is kept. */
export interface KeptChunk {
  series: number;
  chunk: number;
  rows: number;
  data: string;
}

/** What a standing analysis has is kept under this word: it has no digest while it goes on. */
export const STANDING = 'standing';
/** Rows a chunk: some 100 kB packed, one screen's worth of points. */
export const CHUNK_ROWS = 16_384;

const CHUNKS_PER_STATEMENT = 16;

/** All or nothing. The same result again changes nothing. */
export async function keepResult(views: ViewStore, key: AnalysisKey, digest: string, chunks: readonly KeptChunk[]): Promise<void> {
  await views.write((tx) => writeChunks(tx, key, digest, chunks));
}

export async function writeChunks(tx: ViewTransaction, key: AnalysisKey, digest: string, chunks: readonly KeptChunk[]): Promise<void> {
  for (let at = 0; at < chunks.length; at += CHUNKS_PER_STATEMENT) {
    const rows = chunks
      .slice(at, at + CHUNKS_PER_STATEMENT)
      .map((chunk) => ({ account_id: key.accountId, analysis_id: key.analysisId, digest, ...chunk }));
    await tx
      .insertInto('analysis_results')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['account_id', 'analysis_id', 'digest', 'series', 'chunk'])
          .doUpdateSet((row) => ({ rows: row.ref('excluded.rows'), data: row.ref('excluded.data') })),
      )
      .execute();
  }
}

/** Of a standing analysis: what lies behind the chunks that still hold. */
export async function dropChunksFrom(tx: ViewTransaction, { accountId, analysisId }: AnalysisKey, chunk: number): Promise<void> {
  await tx
    .deleteFrom('analysis_results')
    .where('account_id', '=', accountId)
    .where('analysis_id', '=', analysisId)
    .where('digest', '=', STANDING)
    .where('chunk', '>=', chunk)
    .execute();
}

export async function dropResults(tx: ViewTransaction, { accountId, analysisId }: AnalysisKey): Promise<void> {
  await tx.deleteFrom('analysis_results').where('account_id', '=', accountId).where('analysis_id', '=', analysisId).execute();
}

/** How many rows each series of the result has. */
export async function rowsOfResult(db: ViewDatabase, { accountId, analysisId }: AnalysisKey, digest: string): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('analysis_results')
    .select(({ fn }) => ['series', fn.sum<number | string>('rows').as('rows')])
    .where('account_id', '=', accountId)
    .where('analysis_id', '=', analysisId)
    .where('digest', '=', digest)
    .groupBy('series')
    .orderBy('series')
    .execute();
  return new Map(rows.map(({ series, rows: count }) => [series, Number(count)]));
}

/** The chunks of a result in order, from one on, one at a time: a large one is never all in memory. */
export async function* readResult(
  db: ViewDatabase,
  { accountId, analysisId }: AnalysisKey,
  digest: string,
  fromChunk = 0,
): AsyncGenerator<NumberedChunk> {
  const chunks = db
    .selectFrom('analysis_results')
    .where('account_id', '=', accountId)
    .where('analysis_id', '=', analysisId)
    .where('digest', '=', digest)
    .where('chunk', '>=', fromChunk)
    .orderBy('series')
    .orderBy('chunk');
  for (const { series, chunk } of await chunks.select(['series', 'chunk']).execute()) {
    const row = await chunks.select('data').where('series', '=', series).where('chunk', '=', chunk).executeTakeFirst();
    // Of a standing analysis a chunk may have gone meanwhile.
    if (row) yield { ...decodeChunk(row.data), series };
  }
}

export type NumberedChunk = ResultChunk & { series: number };
