/** What a verification found, as the one who looks may see it: the first difference may lie in another account. */
import type { Difference, RebuildView } from '#contracts';
import type { Operators } from '../operators.js';

/** `accountId` is who looks. */
export function shownTo(rebuild: RebuildView, accountId: string, operators: Operators): RebuildView {
  const difference = rebuild.outcome?.firstDifference;
  if (!rebuild.outcome || !difference || maySee(difference, accountId, operators)) return rebuild;
  return { ...rebuild, outcome: { ...rebuild.outcome, firstDifference: hidden(difference) } };
}

/** What belongs to no account belongs to who runs the service. */
function maySee({ accountId: owner }: Difference, accountId: string, operators: Operators): boolean {
  return owner === undefined ? operators.named : operators.maySee(accountId, owner);
}

const hidden = ({ table }: Difference): Difference => ({ hidden: true, table, key: null, live: null, rebuilt: null });
