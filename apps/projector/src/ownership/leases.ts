/** The rows by which projectors share out the parts: who is there, and who has which part. */
import type { ViewStore, ViewTables } from '#ports';

export type Lease = ViewTables['leases'];

export const ROLE = 'projector';
export const leaseOf = (part: number): string => `projector/part/${part}`;
export const partOfLease = (name: string): number => Number(name.slice(name.lastIndexOf('/') + 1));

/** Nobody's. */
const FREE = '';
export const isFree = ({ owner }: Lease): boolean => owner === FREE;

export async function readOwnership(views: ViewStore): Promise<{ members: ViewTables['members'][]; leases: Lease[] }> {
  const members = await views.db.selectFrom('members').selectAll().where('role', '=', ROLE).execute();
  const leases = await views.db.selectFrom('leases').selectAll().where('name', 'like', 'projector/part/%').execute();
  return { members, leases };
}

/** Says that we are there, and that what we hold is still ours. Gives the names of the leases that are. */
export function renew(
  views: ViewStore,
  { member, held, now, ttlMs }: { member: string; held: readonly Lease[]; now: number; ttlMs: number },
): Promise<string[]> {
  return views.write(async (tx) => {
    await tx
      .insertInto('members')
      .values({ role: ROLE, member, seen_at: now })
      .onConflict((conflict) => conflict.columns(['role', 'member']).doUpdateSet({ seen_at: now }))
      .execute();
    const kept: string[] = [];
    for (const { name, epoch } of held) {
      const renewed = await tx
        .updateTable('leases')
        .set({ expires_at: now + ttlMs })
        .where('name', '=', name)
        .where('owner', '=', member)
        .where('epoch', '=', epoch)
        .executeTakeFirst();
      if (renewed.numUpdatedRows > 0n) kept.push(name);
    }
    return kept;
  });
}

/** Takes a lease that nobody has (`seen` undefined where there is none yet), or whose owner has not been heard of. Undefined where somebody
 *  was faster. */
export function acquire(
  views: ViewStore,
  name: string,
  seen: Lease | undefined,
  { member, now, ttlMs }: { member: string; now: number; ttlMs: number },
): Promise<Lease | undefined> {
  const lease: Lease = { name, owner: member, expires_at: now + ttlMs, epoch: (seen?.epoch ?? 0) + 1 };
  return views.write(async (tx) => {
    const result = seen
      ? await tx
          .updateTable('leases')
          .set(lease)
          .where('name', '=', name)
          .where('owner', '=', seen.owner)
          .where('epoch', '=', seen.epoch)
          .where('expires_at', '=', seen.expires_at)
          .executeTakeFirst()
      : await tx
          .insertInto('leases')
          .values(lease)
          .onConflict((conflict) => conflict.column('name').doNothing())
          .executeTakeFirst();
    const count = 'numUpdatedRows' in result ? result.numUpdatedRows : result.numInsertedOrUpdatedRows;
    return count !== undefined && count > 0n ? lease : undefined;
  });
}

/** Others can have them at once. */
export async function release(views: ViewStore, member: string, leases: readonly Lease[]): Promise<void> {
  if (leases.length === 0) return;
  await views.write(async (tx) => {
    for (const { name, epoch } of leases) {
      await tx
        .updateTable('leases')
        .set({ owner: FREE, expires_at: 0 })
        .where('name', '=', name)
        .where('owner', '=', member)
        .where('epoch', '=', epoch)
        .execute();
    }
  });
}

export async function leave(views: ViewStore, member: string): Promise<void> {
  await views.write((tx) => tx.deleteFrom('members').where('role', '=', ROLE).where('member', '=', member).execute());
}

/** Members that nobody has heard of for very long. */
export async function forgetMembers(views: ViewStore, gone: readonly string[]): Promise<void> {
  if (gone.length === 0) return;
  await views.write((tx) => tx.deleteFrom('members').where('role', '=', ROLE).where('member', 'in', gone).execute());
}
