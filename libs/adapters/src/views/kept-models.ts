/** Trained models beside the views: written by the workers under their digest, and read by them again. */
import type { ViewDatabase, ViewStore } from '#ports';

export interface KeptModelKey {
  accountId: string;
  /** SHA-256, hex, of the text. */
  digest: string;
}

/** The same again changes nothing. */
export async function keepModel(views: ViewStore, { accountId, digest }: KeptModelKey, model: string): Promise<void> {
  await views.write((tx) =>
    tx
      .insertInto('kept_models')
      .values({ account_id: accountId, digest, model })
      .onConflict((conflict) => conflict.columns(['account_id', 'digest']).doNothing())
      .execute(),
  );
}

export async function forgetModels(views: ViewStore, accountId: string, digests: readonly string[]): Promise<void> {
  if (digests.length === 0) return;
  await views.write((tx) => tx.deleteFrom('kept_models').where('account_id', '=', accountId).where('digest', 'in', digests).execute());
}

/** Its text; undefined where it is lost. */
export async function readKeptModel(db: ViewDatabase, { accountId, digest }: KeptModelKey): Promise<string | undefined> {
  const row = await db
    .selectFrom('kept_models')
    .select('model')
    .where('account_id', '=', accountId)
    .where('digest', '=', digest)
    .executeTakeFirst();
  return row?.model;
}
