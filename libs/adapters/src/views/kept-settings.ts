/** Settings that what is built follows from: kept with the views, so that every process has the same, and goes with them when they are emptied. */
import type { ViewStore } from '#ports';

/** What the first that asked gave; everyone reads back what is stored. */
export async function keptSetting(views: ViewStore, name: string, value: string): Promise<string> {
  await views.write(async (tx) => {
    await tx
      .insertInto('kept_settings')
      .values({ name, value })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
  });
  const row = await views.db.selectFrom('kept_settings').select('value').where('name', '=', name).executeTakeFirstOrThrow();
  return row.value;
}
