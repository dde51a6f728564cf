/** The secret that all servers of a platform share: made by the first that asks, kept with the views. */
import { randomBytes } from 'node:crypto';
import type { ViewStore } from '#ports';

const NAME = 'server';

/** 32 bytes. Whoever comes first makes it; everyone reads back what is stored, so all have the same. */
export async function readOrMakeServerSecret(views: ViewStore): Promise<Buffer> {
  const secret = randomBytes(32).toString('hex');
  await views.write(async (tx) => {
    await tx
      .insertInto('server_secrets')
      .values({ name: NAME, secret })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
  });
  const row = await views.db.selectFrom('server_secrets').select('secret').where('name', '=', NAME).executeTakeFirstOrThrow();
  return Buffer.from(row.secret, 'hex');
}
