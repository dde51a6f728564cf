/** One turn of an entity: load it if need be, decide what waits, append it, answer. Whatever goes wrong is settled here. */
import { AppendTooLargeError, LogClosedError, LogFullError, type AppendResult } from '#ports';
import { decideTurn, type Turn } from './decide-turn.js';
import { parkedRefusal, plainError, refusal, stoppingRefusal, type Delivery } from './delivery.js';
import type { Entity } from './entity.js';
import type { EntityLoader } from './entity-loader.js';
import { backOffMs } from './limits.js';
import { answer, EntityDefectError, type ShardContext } from './shard-context.js';
import { answerFrom, recordedEvents, settleTurn } from './settle-turn.js';
import type { TurnWatch, Watched } from './turn-watch.js';

/** Body bytes that weigh like one event: a stream of large batches is snapshotted sooner. */
const BYTES_LIKE_AN_EVENT = 16 * 1024;

/** The stream did not end where the entity thought: someone else wrote, or an earlier append of ours landed late. */
class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** Resolves when the turn's commands are answered or waiting again. Never rejects. */
export async function takeTurn(context: ShardContext, loader: EntityLoader, entity: Entity): Promise<void> {
  let open = entity.take(context.limits.appendCommandsMax, context.limits.appendBytesMax);
  const progress = { appending: false };
  entity.taken = open.length;
  try {
    if (!entity.loaded) await loader.load(entity);
    if (open.some((delivery) => delivery.retried)) open = setTwinsAside(entity, await answerOwn(context, loader, entity, open));
    const turn = decideTurn(context, entity, open);
    if (turn.events.length > 0) await append(context, loader, { entity, turn, progress });
    else settleTurn(context, entity, turn, { recorded: [], before: entity.position, loader });
    entity.failures = 0;
    if (turn.failed) await putAside(context, entity, turn.failed);
  } catch (error) {
    await recover(context, entity, { open, error, appending: progress.appending });
  }
  entity.taken = 0;
}

/** Commands that may have been decided before a crash: those that were are answered from the log, the others are given back. */
async function answerOwn(context: ShardContext, loader: EntityLoader, entity: Entity, open: Delivery[]): Promise<Delivery[]> {
  const own = await loader.findOwn(
    entity,
    open.filter((delivery) => delivery.retried),
  );
  for (const [delivery, events] of own) answer(context, delivery, answerFrom(entity, delivery, events, entity.state));
  return open.filter((delivery) => !own.has(delivery));
}

/** A command that is there twice, because it was handed over again, waits for the next turn: the first one's events are in the log by then.
 *  One with a hash its entity recognises by itself. */
function setTwinsAside(entity: Entity, open: Delivery[]): Delivery[] {
  const seen = new Set<string>();
  const isFirst = ({ envelope: { commandId, bodyHash } }: Delivery) =>
    bodyHash !== undefined || (!seen.has(commandId) && seen.add(commandId) !== undefined);
  const firsts = open.filter(isFirst);
  if (firsts.length === open.length) return open;
  const twins = open.filter((delivery) => !firsts.includes(delivery));
  for (const twin of twins) twin.retried = true;
  entity.putBack(twins);
  return firsts;
}

async function append(
  context: ShardContext,
  loader: EntityLoader,
  { entity, turn, progress }: { entity: Entity; turn: Turn; progress: { appending: boolean } },
): Promise<void> {
  const { events, expectedRevision } = turn;
  progress.appending = true;
  const watched = context.watch && appending(context.watch, turn);
  const appended = context.log.append({ stream: entity.stream, expectedRevision, events });
  if (watched) void endWith(watched, appended);
  const result = await appended;
  if (!result.ok) throw new ConflictError(`expected revision ${expectedRevision}, found ${result.actualRevision}`);
  const recorded = await recordedEvents(context, entity, turn, result);
  const before = entity.position;
  entity.state = turn.state;
  entity.revision = result.revision + events.length - 1;
  entity.position = result.lastPosition;
  entity.recordedAt = turn.recordedAt;
  entity.eventsSinceSnapshot += events.length + Math.floor(turn.bodyBytes / BYTES_LIKE_AN_EVENT);
  context.stats.add('appends');
  context.stats.add('events', events.length);
  settleTurn(context, entity, turn, { recorded, before, loader });
  progress.appending = false;
}

/** A span a command that is traced: each waited for the append of all. */
function appending(watch: TurnWatch, { outcomes, events }: Turn): Watched[] {
  return outcomes.flatMap((outcome) => {
    const { envelope } = outcome.delivery;
    if (outcome.kind !== 'accepted' || envelope.traceparent === undefined) return [];
    return [watch.appending(envelope, { commands: outcomes.length, events: events.length })];
  });
}

async function endWith(watched: Watched[], appended: Promise<AppendResult>): Promise<void> {
  const failure = await appended.then(
    (result) => (result.ok ? undefined : `the stream ended at ${result.actualRevision}`),
    (error: unknown) => plainError(error).message,
  );
  for (const each of watched) each.end(failure);
}

/** Code of the entity threw: it is stopped, to be loaded again, and the command tried alone, until it is parked. */
async function putAside(context: ShardContext, entity: Entity, failed: NonNullable<Turn['failed']>): Promise<void> {
  const { delivery, error, undecided } = failed;
  const { limits, stats } = context;
  stats.add('defects');
  entity.forget();
  delivery.tries++;
  if (delivery.tries < limits.parkAfterTries) return entity.putBack([delivery, ...undecided]);
  entity.putBack(undecided);
  const { envelope, tries } = delivery;
  try {
    await context.parkingLot.park({ envelope, tries, error: plainError(error), parkedAt: context.now() });
    stats.add('parked');
    answer(context, delivery, parkedRefusal(tries));
  } catch (parkingError) {
    answer(context, delivery, refusal('defect', `The command failed, and could not be parked: ${plainError(parkingError).message}`));
  }
}

/** The state can no longer be trusted: it is dropped and read again before the commands are decided anew, after a pause that grows. */
async function recover(
  context: ShardContext,
  entity: Entity,
  { open, error, appending }: { open: Delivery[]; error: unknown; appending: boolean },
): Promise<void> {
  const { limits, stats } = context;
  entity.forget();
  if (error instanceof LogClosedError) return giveUp(context, entity, open, () => stoppingRefusal(limits.retryAfterMs));
  if (error instanceof EntityDefectError) {
    stats.add('defects');
    return giveUp(context, entity, open, () => refusal('defect', error.message));
  }
  if (error instanceof LogFullError)
    return giveUp(context, entity, open, () => refusal('overload.disk-full', error.message, limits.retryAfterMs));
  if (error instanceof AppendTooLargeError) return sendAlone(context, entity, open, error);
  const conflict = error instanceof ConflictError;
  stats.add(conflict ? 'conflicts' : 'unknownOutcomes');
  // Whoever was faster may have had the same command: a queue hands it to a second owner while the first still works at it.
  if (appending) for (const delivery of open) delivery.retried = true;
  entity.failures++;
  if (entity.failures >= limits.appendTries) {
    const message = `The log could not take the command in ${limits.appendTries} tries: ${plainError(error).message}`;
    return giveUp(context, entity, open, () => refusal('overload.timeout', message, limits.retryAfterMs));
  }
  entity.putBack(open);
  entity.taken = 0;
  const pauseMs = backOffMs(conflict ? entity.failures - 1 : entity.failures, limits);
  if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
}

/** Nothing was written. What was too large together may go one by one; what is too large alone cannot be recorded. */
function sendAlone(context: ShardContext, entity: Entity, open: Delivery[], error: AppendTooLargeError): void {
  if (open.length === 1) return giveUp(context, entity, open, () => refusal('request.too-large', error.message));
  for (const delivery of open) delivery.tries = Math.max(1, delivery.tries);
  entity.putBack(open);
}

function giveUp(context: ShardContext, entity: Entity, open: Delivery[], refuse: () => ReturnType<typeof refusal>): void {
  entity.failures = 0;
  for (const delivery of open) answer(context, delivery, refuse());
}
