/** Answers the commands of a turn once its events are durable. Answers come from recorded events alone, so a retry gets the same. */
import type { CommandAnswer, RecordedEvent } from '#contracts';
import type { AppendResult } from '#ports';
import type { Outcome, Turn } from './decide-turn.js';
import { plainError, refusal, type Delivery } from './delivery.js';
import type { Entity } from './entity.js';
import type { EntityLoader } from './entity-loader.js';
import { answer, type ShardContext } from './shard-context.js';

export type Appended = Extract<AppendResult, { ok: true }>;

/** The events as the log holds them. Their positions are known where the log tells them or numbers an append without gaps, else
 *  they are read. */
export async function recordedEvents(context: ShardContext, entity: Entity, turn: Turn, result: Appended): Promise<RecordedEvent[]> {
  const { events } = turn;
  const { positions } = result;
  if (!positions && result.lastPosition - result.position !== events.length - 1) {
    return context.log.readStream(entity.stream, result.revision, events.length);
  }
  return events.map(({ type, eventVersion, data, metadata }, i) => ({
    type,
    eventVersion,
    data,
    metadata,
    position: positions?.[i] ?? result.position + i,
    stream: entity.stream,
    revision: result.revision + i,
  }));
}

/** `before` is the entity's position ahead of the turn. */
export function settleTurn(
  context: ShardContext,
  entity: Entity,
  turn: Turn,
  settled: { recorded: RecordedEvent[]; before: number; loader: EntityLoader },
): void {
  const { recorded, before, loader } = settled;
  for (const outcome of turn.outcomes) {
    const { delivery } = outcome;
    switch (outcome.kind) {
      case 'refused':
        answer(context, delivery, outcome.answer);
        break;
      case 'accepted':
        answer(context, delivery, acceptedAnswer(entity, turn, outcome, { recorded, before }));
        break;
      case 'repeated':
        repeatedAnswer(entity, turn, outcome, { recorded, loader }).then(
          (first) => answer(context, delivery, first),
          (error: unknown) => answer(context, delivery, unreadable(error, context.limits.retryAfterMs)),
        );
        break;
    }
  }
}

/** The answer that follows from a command's own events. */
export function answerFrom(entity: Entity, delivery: Delivery, events: RecordedEvent[], state: unknown): CommandAnswer {
  const last = events.at(-1)!;
  return answered(entity, delivery, events, { state, position: last.position, revision: last.revision });
}

function acceptedAnswer(
  entity: Entity,
  turn: Turn,
  outcome: Extract<Outcome, { kind: 'accepted' }>,
  { recorded, before }: { recorded: RecordedEvent[]; before: number },
): CommandAnswer {
  const { delivery, first, count, state } = outcome;
  const end = first + count;
  const events = count === recorded.length ? recorded : recorded.slice(first, end);
  const position = end === 0 ? before : recorded[end - 1]!.position;
  return answered(entity, delivery, events, { state, position, revision: turn.expectedRevision + end });
}

async function repeatedAnswer(
  entity: Entity,
  turn: Turn,
  { delivery, revision }: Extract<Outcome, { kind: 'repeated' }>,
  { recorded, loader }: { recorded: RecordedEvent[]; loader: EntityLoader },
): Promise<CommandAnswer> {
  const { commandId } = delivery.envelope;
  const inThisTurn = revision > turn.expectedRevision;
  const events = inThisTurn
    ? recorded.filter((event) => event.metadata.commandId === commandId)
    : await loader.eventsOf(entity, commandId, revision);
  if (events.length === 0) return refusal('defect', `The first answer to command ${commandId} is not at revision ${revision}.`);
  const first = answerFrom(entity, delivery, events, turn.state);
  return first.ok ? { ...first, repeated: true } : first;
}

function answered(
  entity: Entity,
  delivery: Delivery,
  events: RecordedEvent[],
  { state, position, revision }: { state: unknown; position: number; revision: number },
): CommandAnswer {
  try {
    return { ok: true, position, revision, value: entity.behaviour.answer(delivery.envelope, events, state) };
  } catch (error) {
    // What was decided is durable: only its wording failed.
    return refusal('defect', `The command was recorded, but its answer failed: ${plainError(error).message}`);
  }
}

const unreadable = (error: unknown, retryAfterMs: number): CommandAnswer =>
  refusal('overload.timeout', `The first answer cannot be read now: ${plainError(error).message}`, retryAfterMs);
