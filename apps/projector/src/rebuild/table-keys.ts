/** The primary key of each table that projections write. */
import type { ViewTables } from '#ports';

export const TABLE_KEYS = {
  accounts: ['account_id'],
  api_keys: ['account_id', 'key_id'],
  sessions: ['account_id', 'session_id'],
  devices: ['account_id', 'device_id'],
  schemas: ['account_id', 'device_id', 'schema_version'],
  latest_values: ['account_id', 'device_id', 'field'],
  rejections: ['account_id', 'device_id', 'position', 'index_in_request'],
  ledgers: ['account_id', 'device_id'],
  alert_rules: ['account_id', 'rule_id'],
  alerts: ['account_id', 'alert_id'],
  analyses: ['account_id', 'analysis_id'],
} as const satisfies { [T in keyof ViewTables]?: readonly (keyof ViewTables[T])[] };

export type KeyedTable = keyof typeof TABLE_KEYS;

export const isKeyed = (table: string): table is KeyedTable => Object.hasOwn(TABLE_KEYS, table);
