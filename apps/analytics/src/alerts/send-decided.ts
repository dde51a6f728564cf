/** Tells rules what was decided of them: in order within a rule, and until it is recorded. */
import { v5 as uuidv5 } from 'uuid';
import { alertRuleStream, type AlertRuleCommand, type ClearAlert, type RaiseAlert, type TransitionPlace } from '#contracts';
import type { Decided } from '#domain';
import type { CommandQueue } from '#ports';

const ALERTS = '5d1e3a52-8a0f-4b1b-9a55-0a1de0c8e6b7';

/** Of the transition that raised it: whoever evaluates the same log comes to the same. */
export function alertIdOf({ accountId, ruleId, ruleVersion, deviceId }: Decided, { position, index }: TransitionPlace): string {
  return uuidv5([accountId, ruleId, ruleVersion, deviceId, position, index].join('\n'), ALERTS);
}

export function commandOf(decided: Decided): RaiseAlert | ClearAlert {
  const { ruleVersion, deviceId, transition } = decided;
  if (transition.kind === 'raised') {
    const { kind: _, ...data } = transition;
    return { type: 'RaiseAlert', data: { ...data, alertId: alertIdOf(decided, transition), ruleVersion, deviceId } };
  }
  const { position, index, at, raised, reason = 'recovered' } = transition;
  return { type: 'ClearAlert', data: { position, index, at, reason, alertId: alertIdOf(decided, raised), ruleVersion, deviceId } };
}

/** Of different devices at once, so that the entity records many together; a mailbox holds more than this. */
const AT_ONCE = 64;

/** Rejects where a command may not have been recorded; sent again, what was recorded stays as it is. */
export async function sendDecided(commands: CommandQueue, decided: readonly Decided[], now: () => number): Promise<void> {
  const ordered = new Map<string, Decided[]>();
  for (const one of decided) {
    const key = `${one.accountId}\n${one.ruleId}\n${one.deviceId}`;
    const known = ordered.get(key);
    if (known) known.push(one);
    else ordered.set(key, [one]);
  }
  const waiting = ordered.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const some of waiting) for (const one of some) await send(commands, one, now);
    }),
  );
}

async function send(commands: CommandQueue, one: Decided, now: () => number): Promise<void> {
  const { accountId } = one;
  const stream = alertRuleStream(accountId, one.ruleId);
  const command: AlertRuleCommand = commandOf(one);
  const commandId = uuidv5(`${stream}\n${command.type}\n${command.data.alertId}`, ALERTS);
  const envelope = { type: command.type, stream, data: command.data, commandId, accountId, correlationId: commandId, receivedAt: now() };
  const answer = await commands.send(envelope);
  // A rule that never was, in this log, has no alerts.
  if (!answer.ok && !answer.code.startsWith('alert')) throw new Error(`${answer.code}: ${answer.message}`);
}
