/** What everyone who may read an account is told at once: that an analysis has ended. */
import { accountStream, type AnalysisCompletedMessage, type JsonObject, type RecordedEvent, analysisOf } from '#contracts';
import type { LiveBus, LiveMessage } from '#ports';
import { isA } from '../projections/projection.js';

/** To be told once the views show it: whoever hears of it looks it up. */
export function publishAccountNews(live: LiveBus, events: readonly RecordedEvent[]): void {
  const messages = events.flatMap((event) => analysisEnded(event) ?? []);
  if (messages.length > 0) live.publish(messages);
}

function analysisEnded(event: RecordedEvent): LiveMessage | undefined {
  const ending = endingOf(event);
  if (!ending) return undefined;
  const { accountId, analysisId } = analysisOf(event.stream);
  const message: AnalysisCompletedMessage = { analysisId, position: String(event.position), ...ending };
  return { room: accountStream(accountId), event: 'analysis.completed', data: message as unknown as JsonObject };
}

function endingOf(event: RecordedEvent): Pick<AnalysisCompletedMessage, 'status' | 'error'> | undefined {
  if (isA(event, 'AnalysisCompleted')) return { status: 'completed' };
  if (isA(event, 'AnalysisFailed')) return { status: 'failed', error: event.data.message };
  return isA(event, 'AnalysisCancelled') ? { status: 'cancelled' } : undefined;
}
