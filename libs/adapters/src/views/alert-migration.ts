/** The tables of alert rules, alerts, their evaluation and their notifications. */
import type { Kysely } from 'kysely';

/** As in the other migrations: times and positions are `double precision`, JSON is text, nothing but keys is unique. */
export async function createAlerts(db: Kysely<unknown>): Promise<void> {
  await createRules(db);
  await createAlertTable(db);
  await createEvaluation(db);
  await createDeliveries(db);
}

async function createRules(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert_rules')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('rule_id', 'text', (column) => column.notNull())
    .addColumn('rule_version', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('rule', 'text', (column) => column.notNull())
    .addColumn('position', 'double precision', (column) => column.notNull())
    .addColumn('created_at', 'double precision', (column) => column.notNull())
    .addColumn('changed_at', 'double precision', (column) => column.notNull())
    .addColumn('retired_at', 'double precision')
    .addColumn('silenced_until', 'double precision')
    .addColumn('silence_reason', 'text')
    .addPrimaryKeyConstraint('alert_rules_key', ['account_id', 'rule_id'])
    .execute();
}

async function createAlertTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alerts')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('alert_id', 'text', (column) => column.notNull())
    .addColumn('rule_id', 'text', (column) => column.notNull())
    .addColumn('rule_version', 'integer', (column) => column.notNull())
    .addColumn('device_id', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('since', 'double precision', (column) => column.notNull())
    .addColumn('raised_at', 'double precision', (column) => column.notNull())
    .addColumn('recorded_at', 'double precision', (column) => column.notNull())
    .addColumn('position', 'double precision', (column) => column.notNull())
    .addColumn('index_in_event', 'integer', (column) => column.notNull())
    .addColumn('cause', 'text', (column) => column.notNull())
    .addColumn('value', 'double precision')
    .addColumn('cleared_at', 'double precision')
    .addColumn('clear_reason', 'text')
    .addColumn('cleared_position', 'double precision')
    .addColumn('acknowledged_at', 'double precision')
    .addColumn('acknowledged_by', 'text')
    .addColumn('acknowledgement_note', 'text')
    .addPrimaryKeyConstraint('alerts_key', ['account_id', 'alert_id'])
    .execute();
  await db.schema.createIndex('alerts_by_time').on('alerts').columns(['account_id', 'recorded_at', 'alert_id']).execute();
  await db.schema.createIndex('alerts_by_rule').on('alerts').columns(['account_id', 'rule_id', 'state']).execute();
}

async function createEvaluation(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert_checkpoints')
    .addColumn('follower', 'text', (column) => column.notNull())
    .addColumn('part', 'integer', (column) => column.notNull())
    .addColumn('state_version', 'integer', (column) => column.notNull())
    .addColumn('position', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('alert_checkpoints_key', ['follower', 'part'])
    .execute();
  await db.schema
    .createTable('alert_states')
    .addColumn('part', 'integer', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('alert_states_key', ['part', 'account_id', 'kind', 'id'])
    .execute();
}

async function createDeliveries(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert_deliveries')
    .addColumn('delivery_id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('part', 'integer', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('rule_id', 'text', (column) => column.notNull())
    .addColumn('alert_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('repeat_every', 'double precision')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'double precision', (column) => column.notNull())
    .addColumn('next_attempt_at', 'double precision')
    .addColumn('delivered_at', 'double precision')
    .addColumn('status', 'integer')
    .addColumn('error', 'text')
    .execute();
  await db.schema.createIndex('alert_deliveries_due').on('alert_deliveries').columns(['state', 'next_attempt_at']).execute();
  await db.schema.createIndex('alert_deliveries_by_rule').on('alert_deliveries').columns(['account_id', 'rule_id', 'created_at']).execute();
}
