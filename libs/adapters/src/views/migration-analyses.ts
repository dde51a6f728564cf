/** Tables of analyses: the projection, who works on what and how far that is, and the results. */
import type { Kysely } from 'kysely';

export async function createAnalyses(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('analyses')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('analysis_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text')
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('operation_version', 'integer', (column) => column.notNull())
    .addColumn('inputs', 'text', (column) => column.notNull())
    .addColumn('params', 'text', (column) => column.notNull())
    .addColumn('range_from', 'double precision')
    .addColumn('range_to', 'double precision')
    .addColumn('standing', 'integer', (column) => column.notNull())
    .addColumn('position', 'double precision', (column) => column.notNull())
    .addColumn('requested_at', 'double precision', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('ended_at', 'double precision')
    .addColumn('error', 'text')
    .addColumn('outcome', 'text')
    .addPrimaryKeyConstraint('analyses_key', ['account_id', 'analysis_id'])
    .execute();
  await db.schema
    .createTable('analysis_runs')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('analysis_id', 'text', (column) => column.notNull())
    .addColumn('run', 'integer', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'double precision', (column) => column.notNull())
    .addColumn('started_at', 'double precision', (column) => column.notNull())
    .addColumn('phase', 'text', (column) => column.notNull())
    .addColumn('progress', 'double precision', (column) => column.notNull())
    .addColumn('checkpoint', 'text')
    .addPrimaryKeyConstraint('analysis_runs_key', ['account_id', 'analysis_id'])
    .execute();
  await db.schema
    .createTable('analysis_results')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('analysis_id', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('series', 'integer', (column) => column.notNull())
    .addColumn('chunk', 'integer', (column) => column.notNull())
    .addColumn('rows', 'integer', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('analysis_results_key', ['account_id', 'analysis_id', 'digest', 'series', 'chunk'])
    .execute();
}
