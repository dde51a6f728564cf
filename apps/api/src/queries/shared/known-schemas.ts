/** The versions of a device's schema, all or those that were known at a position. */
import type { DeviceSchema } from '#contracts';
import type { DeviceRef, ViewStore, ViewTables } from '#ports';

export type KnownSchema = Omit<ViewTables['schemas'], 'schema'> & { schema: DeviceSchema };

/** Oldest first. */
export async function knownSchemas(views: ViewStore, { accountId, deviceId }: DeviceRef, asOf?: number): Promise<KnownSchema[]> {
  let query = views.db.selectFrom('schemas').selectAll().where('account_id', '=', accountId).where('device_id', '=', deviceId);
  if (asOf !== undefined) query = query.where('position', '<=', asOf);
  const rows = await query.orderBy('schema_version').execute();
  return rows.map((row) => ({ ...row, schema: JSON.parse(row.schema) as DeviceSchema }));
}
