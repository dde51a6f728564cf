/** Tables of trained models: the projection, and the models themselves. */
import type { Kysely } from 'kysely';

export async function createModels(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('models')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('model_id', 'text', (column) => column.notNull())
    .addColumn('model_version', 'integer', (column) => column.notNull())
    .addColumn('device_id', 'text', (column) => column.notNull())
    .addColumn('field', 'text', (column) => column.notNull())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('position', 'double precision', (column) => column.notNull())
    .addColumn('trained_at', 'double precision', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('models_key', ['account_id', 'model_id', 'model_version'])
    .execute();
  await db.schema.createIndex('models_by_device').on('models').columns(['account_id', 'device_id', 'position']).execute();
  await db.schema
    .createTable('kept_models')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('kept_models_key', ['account_id', 'digest'])
    .execute();
}
