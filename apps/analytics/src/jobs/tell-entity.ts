/** Tells an entity what came of a job, until it has heard it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { v5 as uuidv5 } from 'uuid';
import { categoryOf, type AnalysisCommand, type CommandAnswer, type ModelCommand } from '#contracts';
import type { CommandQueue } from '#ports';

const COMMANDS = '6f7f0f0c-0a53-4a63-9d1c-3a5d5f6f8a11';
const FIRST_DELAY_MS = 200;
const LAST_DELAY_MS = 5_000;

interface Told {
  stream: string;
  accountId: string;
  command: AnalysisCommand | ModelCommand;
}

/** The same command has the same id, whichever worker sends it. Resolves with a refusal only where that is for good; rejects on abort. */
export async function tellEntity(
  queue: CommandQueue,
  { stream, accountId, command }: Told,
  { now, stop }: { now: () => number; stop: AbortSignal },
): Promise<CommandAnswer> {
  const commandId = uuidv5(`${stream}\n${command.type}\n${JSON.stringify(command.data)}`, COMMANDS);
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LAST_DELAY_MS)) {
    const answer = await queue.send({
      type: command.type,
      stream,
      data: command.data,
      commandId,
      accountId,
      correlationId: commandId,
      receivedAt: now(),
    });
    if (answer.ok || answer.code.startsWith(`${categoryOf(stream)}.`)) return answer;
    await sleep(Math.max(delayMs, answer.retryAfterMs ?? 0), undefined, { signal: stop });
  }
}
