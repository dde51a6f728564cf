/** Tells the entity how an analysis ended, until it has heard it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { v5 as uuidv5 } from 'uuid';
import { analysisStream, type AnalysisCommand, type CommandAnswer } from '#contracts';
import type { CommandQueue } from '#ports';
import type { AnalysisKey } from './runs.js';

const COMMANDS = '6f7f0f0c-0a53-4a63-9d1c-3a5d5f6f8a11';
const FIRST_DELAY_MS = 200;
const LAST_DELAY_MS = 5_000;

/** The same command has the same id, whichever worker sends it. Resolves with a refusal only where that is for good; rejects on abort. */
export async function endAnalysis(
  queue: CommandQueue,
  { accountId, analysisId }: AnalysisKey,
  command: AnalysisCommand,
  { now, stop }: { now: () => number; stop: AbortSignal },
): Promise<CommandAnswer> {
  const stream = analysisStream(accountId, analysisId);
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
    if (answer.ok || answer.code.startsWith('analysis.')) return answer;
    await sleep(Math.max(delayMs, answer.retryAfterMs ?? 0), undefined, { signal: stop });
  }
}
