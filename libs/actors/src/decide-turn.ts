/** Decides what waits for one entity, one command after the other on the evolving state, into the events of one append. Pure but for the clock. */
import type { CommandRefused, NewEvent, ThingsEvent } from '#contracts';
import type { Rejection } from '#domain';
import { plainError, refusal, type Delivery } from './delivery.js';
import type { Entity } from './entity.js';
import { eventIdOf } from './event-ids.js';
import type { ShardContext } from './shard-context.js';
import type { Watched } from './turn-watch.js';

export type Outcome =
  | { kind: 'refused'; delivery: Delivery; answer: CommandRefused }
  /** `count` events of the turn, from index `first` on; `state` is the state after them. */
  | { kind: 'accepted'; delivery: Delivery; first: number; count: number; state: unknown }
  | { kind: 'repeated'; delivery: Delivery; revision: number };

export interface Turn {
  /** The stream's revision before the turn. */
  expectedRevision: number;
  outcomes: Outcome[];
  events: NewEvent[];
  /** The entity's once the events are durable. */
  state: unknown;
  recordedAt: number;
  bodyBytes: number;
  /** Where the entity's code threw: this command, and those behind it, are not decided. */
  failed?: { delivery: Delivery; error: unknown; undecided: Delivery[] };
}

export function decideTurn(context: ShardContext, entity: Entity, deliveries: Delivery[]): Turn {
  const { stats } = context;
  const turn: Turn = {
    expectedRevision: entity.revision,
    outcomes: [],
    events: [],
    state: entity.state,
    recordedAt: Math.max(context.now(), entity.recordedAt),
    bodyBytes: 0,
  };
  for (let i = 0; i < deliveries.length; i++) {
    const delivery = deliveries[i]!;
    const decided = turn.events.length;
    stats.markDeciding(delivery.ticket);
    const watched = delivery.envelope.traceparent === undefined ? undefined : watch(context, delivery.envelope.traceparent, delivery);
    try {
      turn.outcomes.push(decideOne(context, entity, turn, delivery));
      if (watched) settleWatched(watched, turn.events, decided);
    } catch (error) {
      watched?.end(plainError(error).message);
      turn.events.length = decided;
      turn.failed = { delivery, error, undecided: deliveries.slice(i + 1) };
      break;
    } finally {
      stats.clearDeciding();
    }
  }
  return turn;
}

/** Where nobody watches here, what follows from the command names what it came from itself. */
const watch = (context: ShardContext, traceparent: string, { envelope }: Delivery): Watched =>
  context.watch?.deciding(envelope) ?? { traceparent, end: () => undefined };

/** Afterwards, so that what is not traced, which is nearly everything, costs nothing. */
function settleWatched(watched: Watched, events: NewEvent[], first: number): void {
  for (let n = first; n < events.length; n++) events[n]!.metadata.traceparent = watched.traceparent;
  watched.end();
}

function decideOne(context: ShardContext, entity: Entity, turn: Turn, delivery: Delivery): Outcome {
  const { envelope } = delivery;
  const { behaviour } = entity;
  const command: unknown = behaviour.read(envelope, turn.state);
  if (isRejection(command)) return refused(delivery, command);
  const { commandId, bodyHash, receivedAt: now } = envelope;
  const decision = behaviour.decider.decide(turn.state, { command, commandId, bodyHash, now });
  switch (decision.kind) {
    case 'reject':
      return refused(delivery, decision.rejection);
    case 'repeat':
      return { kind: 'repeated', delivery, revision: decision.revision };
    case 'accept':
      return accepted(context, entity, turn, delivery, decision.events as ThingsEvent[]);
  }
}

function accepted(context: ShardContext, entity: Entity, turn: Turn, delivery: Delivery, events: ThingsEvent[]): Outcome {
  const { commandId, bodyHash, accountId, correlationId, causationId, receivedAt, body } = delivery.envelope;
  const first = turn.events.length;
  const recordedAt = Math.max(turn.recordedAt, receivedAt);
  let state = turn.state;
  for (let part = 0; part < events.length; part++) {
    const event = events[part]!;
    turn.events.push({
      type: event.type,
      eventVersion: entity.behaviour.eventVersion(event.type),
      data: event.data,
      metadata: {
        eventId: eventIdOf(entity.stream, commandId, part),
        commandId,
        accountId,
        correlationId,
        ...(causationId === undefined ? undefined : { causationId }),
        recordedAt,
        actor: entity.actor,
        writerEpoch: context.writerEpoch,
        ...(bodyHash === undefined ? undefined : { bodyHash }),
        part: [part, events.length],
      },
    });
    const revision = turn.expectedRevision + 1 + first + part;
    state = entity.behaviour.decider.evolve(state, { event, commandId, bodyHash, recordedAt, revision });
  }
  // Nothing of the turn changes before the whole command is folded: a throw above leaves the commands before it intact.
  turn.state = state;
  turn.recordedAt = events.length > 0 ? recordedAt : turn.recordedAt;
  turn.bodyBytes += body?.byteLength ?? 0;
  return { kind: 'accepted', delivery, first, count: events.length, state };
}

const refused = (delivery: Delivery, { code, message, details }: Rejection): Outcome => ({
  kind: 'refused',
  delivery,
  answer: refusal(code, message, undefined, details),
});

/** A command has a `type`; a rejection has none. */
function isRejection(read: unknown): read is Rejection {
  return typeof read === 'object' && read !== null && !('type' in read) && typeof (read as Rejection).code === 'string';
}
