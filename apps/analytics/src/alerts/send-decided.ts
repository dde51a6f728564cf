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

/** Rejects where a command may not have been recorded; sent again, what was recorded stays as it is. */
export async function sendDecided(commands: CommandQueue, decided: readonly Decided[], now: () => number): Promise<void> {
  const byRule = new Map<string, Decided[]>();
  for (const one of decided) {
    const stream = alertRuleStream(one.accountId, one.ruleId);
    const known = byRule.get(stream);
    if (known) known.push(one);
    else byRule.set(stream, [one]);
  }
  await Promise.all([...byRule].map(([stream, some]) => sendInOrder(commands, stream, some, now)));
}

async function sendInOrder(commands: CommandQueue, stream: string, decided: readonly Decided[], now: () => number): Promise<void> {
  for (const one of decided) {
    const command: AlertRuleCommand = commandOf(one);
    const commandId = uuidv5(`${stream}\n${command.type}\n${command.data.alertId}`, ALERTS);
    const { accountId } = one;
    const envelope = { type: command.type, stream, data: command.data, commandId, accountId, correlationId: commandId, receivedAt: now() };
    const answer = await commands.send(envelope);
    // The rule has changed or is gone: what was decided by its former version is of no interest.
    if (!answer.ok && !answer.code.startsWith('alert')) throw new Error(`${answer.code}: ${answer.message}`);
  }
}
