/** `thingsio verify projection`: is what is shown what the log says? */
import type { Difference, VerificationOutcome } from '#contracts';
import { needKey } from '../client/account.js';
import { formatCount } from '../quantities.js';
import type { Context } from '../simulate/simulate.js';
import { followRebuild } from './follow-rebuild.js';
import { hasEnded, startOrJoin } from './rebuilds.js';

/** Exit code 0 only where they are equal. */
export async function verifyProjection(projection: string, context: Context): Promise<number> {
  const { client, out } = context;
  needKey(client);
  const { rebuild, joined } = await startOrJoin(client, projection, 'verify');
  out.line(
    joined
      ? `A verification of ${projection} is under way already.`
      : `${projection} is built once more from the log, to be compared with what is live.`,
  );
  const last = await followRebuild(rebuild, context);
  if (!hasEnded(last)) {
    out.line(`It goes on by itself. thingsio replay ${projection} --status shows how it ends.`);
    return 1;
  }
  if (last.outcome) return sayOutcome(projection, last.outcome, context);
  out.line(
    `✗ The verification of ${projection} ${last.state === 'failed' ? `failed: ${last.error ?? 'no reason was given'}` : 'was cancelled'}.`,
  );
  return 1;
}

function sayOutcome(
  projection: string,
  { equal, live, rebuilt, rows, position, firstDifference }: VerificationOutcome,
  { out }: Context,
): number {
  const verdict = equal ? `✓ ${projection} shows what the log says` : `✗ ${projection} does not show what the log says`;
  out.line(`${verdict}, as of position ${position}.`);
  out.line(`  live     ${live}  ${formatCount(rows.live)} rows`);
  out.line(`  rebuilt  ${rebuilt}  ${formatCount(rows.rebuilt)} rows`);
  if (firstDifference) for (const line of differenceLines(firstDifference)) out.line(line);
  if (!equal) out.line(`  To show what the log says: thingsio replay ${projection}`);
  return equal ? 0 : 1;
}

function differenceLines({ table, accountId, deviceId, key, live, rebuilt, hidden }: Difference): string[] {
  if (hidden) return [`  The first difference is in ${table}, in another account.`];
  const whose = [deviceId && `device ${deviceId}`, accountId && `account ${accountId}`].filter(Boolean).join(', ');
  return [
    `  The first difference is in ${table}${whose ? `, ${whose}` : ''}, at ${JSON.stringify(key)}:`,
    `    live     ${live === null ? '(not there)' : JSON.stringify(live)}`,
    `    rebuilt  ${rebuilt === null ? '(not there)' : JSON.stringify(rebuilt)}`,
  ];
}
