/** A page of a list of the views, bounded by bytes as well: a row may hold a schema, or a whole body. */
import { type SelectQueryBuilder, sql } from 'kysely';
import { BATCH_BYTES_MAX } from '#ports';

export interface RowPage<Row> {
  rows: Row[];
  /** Whether there are others behind them. */
  more: boolean;
}

/** At most `limit` rows and about `bytesMax` in the columns that may be `large`, but at least one row. These are measured before they are read,
 *  which reads nothing of them. */
export async function pageOfRows<DB, TB extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, TB, Row>,
  { limit, large, bytesMax = BATCH_BYTES_MAX }: { limit: number; large: readonly string[]; bytesMax?: number },
): Promise<RowPage<Row>> {
  const lengths = large.map((column) => sql`coalesce(octet_length(${sql.ref(column)}), 0)`);
  const sized = query.clearSelect().select(sql<number>`${sql.join(lengths, sql` + `)}`.as('bytes'));
  const sizes = (await sized.limit(limit + 1).execute()) as { bytes: number }[];
  let [fitting, bytes] = [0, 0];
  while (fitting < Math.min(limit, sizes.length) && bytes < bytesMax) bytes += Number(sizes[fitting++]!.bytes);
  const rows = fitting === 0 ? [] : await query.limit(fitting).execute();
  return { rows, more: sizes.length > fitting };
}
