/** The tables of the view store, written once for SQLite and PostgreSQL, and how they came to be. */
import { Migrator, sql, type Kysely, type Migration } from 'kysely';
import type { ViewDatabase } from '#ports';
import { createAlerts } from './alert-migration.js';
import { createAnalyses } from './migration-analyses.js';
import { createKeptSettings } from './migration-kept-settings.js';
import { createModels } from './migration-models.js';

/** Brings the tables up to date. Safe to call from several threads or processes at once. */
export async function migrateViews(db: ViewDatabase): Promise<void> {
  const provider = { getMigrations: async () => VIEW_MIGRATIONS };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error) throw error;
}

/** In the order of their names. One that has been released is never edited: a change is a new one. */
export const VIEW_MIGRATIONS: Record<string, Migration> = {
  '0001-spine': { up: createSpine },
  '0002-parts-and-generations': { up: createPartsAndGenerations },
  '0004-alerts': { up: createAlerts },
  '0003-analyses': { up: createAnalyses },
  '0005-models': { up: createModels },
  '0006-kept-settings': { up: createKeptSettings },
};

/** `double precision` for times (they have decimals), positions and counts: both drivers give it back as a number, and it
 *  is exact up to 2^53. Nothing but primary keys is unique: what must be unique was decided before it became an event. */
async function createSpine(db: Kysely<unknown>): Promise<void> {
  await createBookkeeping(db);
  await createAccounts(db);
  await createDevices(db);
}

async function createBookkeeping(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('checkpoints')
    .addColumn('projection', 'text', (column) => column.notNull())
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('projection_version', 'integer', (column) => column.notNull())
    .addColumn('position', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('checkpoints_key', ['projection', 'generation'])
    .execute();
  await db.schema
    .createTable('parked_commands')
    .addColumn('parked_id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('stream', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('parked_at', 'double precision', (column) => column.notNull())
    .addColumn('tries', 'integer', (column) => column.notNull())
    .addColumn('error', 'text', (column) => column.notNull())
    .addColumn('envelope', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('parked_commands_by_time').on('parked_commands').columns(['parked_at', 'parked_id']).execute();
}

async function createAccounts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('accounts')
    .addColumn('account_id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('email', 'text', (column) => column.notNull())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('opened_at', 'double precision', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('accounts_by_email').on('accounts').column('email').execute();
  await db.schema
    .createTable('api_keys')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('key_hash', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('device_ids', 'text')
    .addColumn('created_at', 'double precision', (column) => column.notNull())
    .addColumn('expires_at', 'double precision')
    .addColumn('revoked_at', 'double precision')
    .addPrimaryKeyConstraint('api_keys_key', ['account_id', 'key_id'])
    .execute();
  await db.schema.createIndex('api_keys_by_hash').on('api_keys').column('key_hash').execute();
  await db.schema
    .createTable('sessions')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('session_id', 'text', (column) => column.notNull())
    .addColumn('token_hash', 'text', (column) => column.notNull())
    .addColumn('started_at', 'double precision', (column) => column.notNull())
    .addColumn('expires_at', 'double precision', (column) => column.notNull())
    .addColumn('ended_at', 'double precision')
    .addPrimaryKeyConstraint('sessions_key', ['account_id', 'session_id'])
    .execute();
  await db.schema.createIndex('sessions_by_hash').on('sessions').column('token_hash').execute();
}

/** Every list of the api goes through a primary key: devices by account, rejections by device and position. */
async function createDevices(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('devices')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('device_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('schema_version', 'integer', (column) => column.notNull())
    .addColumn('schema', 'text', (column) => column.notNull())
    .addColumn('revision', 'double precision', (column) => column.notNull())
    .addColumn('registered_at', 'double precision', (column) => column.notNull())
    .addColumn('changed_at', 'double precision', (column) => column.notNull())
    .addColumn('retired_at', 'double precision')
    .addPrimaryKeyConstraint('devices_key', ['account_id', 'device_id'])
    .execute();
  await db.schema
    .createTable('schemas')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('device_id', 'text', (column) => column.notNull())
    .addColumn('schema_version', 'integer', (column) => column.notNull())
    .addColumn('schema', 'text', (column) => column.notNull())
    .addColumn('registered_at', 'double precision', (column) => column.notNull())
    .addColumn('position', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('schemas_key', ['account_id', 'device_id', 'schema_version'])
    .execute();
  await db.schema
    .createTable('latest_values')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('device_id', 'text', (column) => column.notNull())
    .addColumn('field', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('time', 'double precision', (column) => column.notNull())
    .addColumn('position', 'double precision', (column) => column.notNull())
    .addColumn('recorded_at', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('latest_values_key', ['account_id', 'device_id', 'field'])
    .execute();
  await createVerdicts(db);
}

async function createVerdicts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('rejections')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('device_id', 'text', (column) => column.notNull())
    .addColumn('position', 'double precision', (column) => column.notNull())
    .addColumn('index_in_request', 'integer', (column) => column.notNull())
    .addColumn('field', 'text')
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('reading', 'text', (column) => column.notNull())
    .addColumn('recorded_at', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('rejections_key', ['account_id', 'device_id', 'position', 'index_in_request'])
    .execute();
  await db.schema
    .createTable('ledgers')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('device_id', 'text', (column) => column.notNull())
    .addColumn('stored', 'double precision', (column) => column.notNull())
    .addColumn('duplicates', 'double precision', (column) => column.notNull())
    .addColumn('rejected', 'double precision', (column) => column.notNull())
    .addColumn('late', 'double precision', (column) => column.notNull())
    .addColumn('latest_time', 'double precision')
    .addColumn('last_recorded_at', 'double precision')
    .addColumn('received_seqs', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('ledgers_key', ['account_id', 'device_id'])
    .execute();
}

/** Checkpoints by part; generations of views and series; what operators ask for; who owns what. */
async function createPartsAndGenerations(db: Kysely<unknown>): Promise<void> {
  await addPartToCheckpoints(db);
  await db.schema
    .createTable('generations')
    .addColumn('projection', 'text', (column) => column.notNull())
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('projection_version', 'integer', (column) => column.notNull())
    .addColumn('made_at', 'double precision', (column) => column.notNull())
    .addColumn('switched_at', 'double precision')
    .addPrimaryKeyConstraint('generations_key', ['projection', 'generation'])
    .execute();
  await createRebuilds(db);
  await db.schema
    .createTable('leases')
    .addColumn('name', 'text', (column) => column.notNull().primaryKey())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'double precision', (column) => column.notNull())
    .addColumn('epoch', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('members')
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('member', 'text', (column) => column.notNull())
    .addColumn('seen_at', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('members_key', ['role', 'member'])
    .execute();
  await db.schema
    .createTable('server_secrets')
    .addColumn('name', 'text', (column) => column.notNull().primaryKey())
    .addColumn('secret', 'text', (column) => column.notNull())
    .execute();
}

/** A new table with the rows of the old one: SQLite cannot change a primary key. */
async function addPartToCheckpoints(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('checkpoints').renameTo('checkpoints_before_parts').execute();
  await db.schema
    .createTable('checkpoints')
    .addColumn('projection', 'text', (column) => column.notNull())
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('part', 'integer', (column) => column.notNull())
    .addColumn('projection_version', 'integer', (column) => column.notNull())
    .addColumn('position', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('checkpoints_by_part', ['projection', 'generation', 'part'])
    .execute();
  await sql`insert into checkpoints (projection, generation, part, projection_version, position)
    select projection, generation, 0, projection_version, position from checkpoints_before_parts`.execute(db);
  await db.schema.dropTable('checkpoints_before_parts').execute();
}

async function createRebuilds(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('rebuilds')
    .addColumn('rebuild_id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('projection', 'text', (column) => column.notNull())
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('wanted', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('requested_by', 'text', (column) => column.notNull())
    .addColumn('requested_at', 'double precision', (column) => column.notNull())
    .addColumn('started_at', 'double precision')
    .addColumn('finished_at', 'double precision')
    .addColumn('target', 'double precision', (column) => column.notNull())
    .addColumn('events_done', 'double precision', (column) => column.notNull())
    .addColumn('events_per_second', 'double precision', (column) => column.notNull())
    .addColumn('error', 'text')
    .addColumn('outcome', 'text')
    .execute();
}
