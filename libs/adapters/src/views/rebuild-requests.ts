/** What operators ask of the projectors, as rows of the view store: any api writes them, the projectors see to them, and all of it survives
 *  a restart of either. */
import { randomUUID } from 'node:crypto';
import type { GenerationView, RebuildPurpose, RebuildView, VerificationOutcome } from '#contracts';
import { REBUILDS_ROOM, type LiveBus, type ViewDatabase, type ViewStore, type ViewTables, type ViewTransaction } from '#ports';

export interface RebuildRequest {
  projection: string;
  purpose: RebuildPurpose;
  /** Who asks: an account, or `projector` for one that a new version makes necessary. */
  requestedBy: string;
  /** Asked for again with the same id it is the same rebuild; a new one where absent. */
  rebuildId?: string;
  /** Head of the log: where it has to get to. */
  head: number;
  now: number;
}

/** Codes of `ERRORS`. */
export type RebuildRequested =
  | { ok: true; rebuild: RebuildView }
  | { ok: false; code: 'projection.unknown' }
  | { ok: false; code: 'rebuild.under-way'; rebuildId: string };
export type StateRequested = { ok: true; rebuild: RebuildView } | { ok: false; code: 'rebuild.unknown' | 'rebuild.ended' };
export type DropRequested = { ok: true } | { ok: false; code: 'generation.unknown' | 'generation.in-use' };

export const ENDED: readonly RebuildView['state'][] = ['completed', 'cancelled', 'failed'];

/** One at a time a projection. It begins within half a second, at once after `tellProjectors`. */
export async function requestRebuild(views: ViewStore, { projection, purpose, ...request }: RebuildRequest): Promise<RebuildRequested> {
  const { rebuildId = randomUUID() } = request;
  const asked = await views.write(async (tx): Promise<RebuildRequested | undefined> => {
    await queueUp(tx, projection);
    const generations = await tx.selectFrom('generations').select('generation').where('projection', '=', projection).execute();
    if (generations.length === 0) return { ok: false, code: 'projection.unknown' };
    const before = await tx
      .selectFrom('rebuilds')
      .select(['rebuild_id', 'generation', 'state'])
      .where('projection', '=', projection)
      .execute();
    if (before.some(({ rebuild_id }) => rebuild_id === rebuildId)) return undefined;
    const underWay = before.find(({ state }) => !ENDED.includes(state));
    if (underWay) return { ok: false, code: 'rebuild.under-way', rebuildId: underWay.rebuild_id };
    // A number is never used twice: what was dropped may still be read by someone for a moment.
    const generation = Math.max(...[...generations, ...before].map((one) => one.generation)) + 1;
    await tx
      .insertInto('rebuilds')
      .values({
        rebuild_id: rebuildId,
        projection,
        generation,
        purpose,
        wanted: 'run',
        state: 'requested',
        requested_by: request.requestedBy,
        requested_at: request.now,
        started_at: null,
        finished_at: null,
        target: request.head,
        events_done: 0,
        events_per_second: 0,
        error: null,
        outcome: null,
      })
      .execute();
    return undefined;
  });
  return asked ?? { ok: true, rebuild: (await readRebuilds(views.db, { rebuildId }))[0]! };
}

/** Two requests for one projection come one after the other, also from two replicas: the second waits for this row. */
async function queueUp(tx: ViewTransaction, projection: string): Promise<void> {
  await tx
    .updateTable('generations')
    .set(({ ref }) => ({ made_at: ref('made_at') }))
    .where('projection', '=', projection)
    .execute();
}

/** To pause it, let it go on, or cancel it: a cancelled one drops what it has built. */
export async function requestState(
  views: ViewStore,
  projection: string,
  rebuildId: string,
  wanted: ViewTables['rebuilds']['wanted'],
): Promise<StateRequested> {
  const refused = await views.write(async (tx): Promise<StateRequested | undefined> => {
    const known = await tx
      .selectFrom('rebuilds')
      .select(['state', 'wanted'])
      .where('rebuild_id', '=', rebuildId)
      .where('projection', '=', projection)
      .executeTakeFirst();
    if (!known) return { ok: false, code: 'rebuild.unknown' };
    if (ENDED.includes(known.state) || (known.wanted === 'cancel' && wanted !== 'cancel')) return { ok: false, code: 'rebuild.ended' };
    await tx.updateTable('rebuilds').set({ wanted }).where('rebuild_id', '=', rebuildId).execute();
    return undefined;
  });
  return refused ?? { ok: true, rebuild: (await readRebuilds(views.db, { rebuildId }))[0]! };
}

/** Only an old generation can be dropped. It is gone from `readGenerations` once that is done. */
export function requestDrop(views: ViewStore, projection: string, generation: number): Promise<DropRequested> {
  return views.write(async (tx): Promise<DropRequested> => {
    const known = await tx
      .selectFrom('generations')
      .select('state')
      .where('projection', '=', projection)
      .where('generation', '=', generation)
      .executeTakeFirst();
    if (!known) return { ok: false, code: 'generation.unknown' };
    if (known.state === 'live' || known.state === 'building') return { ok: false, code: 'generation.in-use' };
    await tx
      .updateTable('generations')
      .set({ state: 'dropping' })
      .where('projection', '=', projection)
      .where('generation', '=', generation)
      .execute();
    return { ok: true };
  });
}

/** After a request, so that nobody waits for the projectors to look by themselves. */
export function tellProjectors(live: LiveBus): void {
  live.publish([{ room: REBUILDS_ROOM, event: 'rebuild.requested', data: {} }]);
}

/** The newest first. */
export async function readRebuilds(db: ViewDatabase, which: { projection?: string; rebuildId?: string } = {}): Promise<RebuildView[]> {
  let query = db.selectFrom('rebuilds').selectAll();
  if (which.projection !== undefined) query = query.where('projection', '=', which.projection);
  if (which.rebuildId !== undefined) query = query.where('rebuild_id', '=', which.rebuildId);
  const rows = await query.orderBy('requested_at', 'desc').orderBy('generation', 'desc').execute();
  if (rows.length === 0) return [];
  const checkpoints = await db.selectFrom('checkpoints').select(['projection', 'generation', 'position']).execute();
  return rows.map((row) => {
    const own = checkpoints.filter(({ projection, generation }) => projection === row.projection && generation === row.generation);
    return rebuildView(
      row,
      own.map(({ position }) => position),
    );
  });
}

/** By projection, each in order. */
export async function readGenerations(db: ViewDatabase): Promise<Map<string, GenerationView[]>> {
  const rows = await db.selectFrom('generations').selectAll().orderBy('projection').orderBy('generation').execute();
  const found = new Map<string, GenerationView[]>();
  for (const row of rows) {
    const { projection, generation, state, projection_version: version, made_at, switched_at } = row;
    const view = { generation, state, version, madeAt: iso(made_at), ...(switched_at !== null && { switchedAt: iso(switched_at) }) };
    found.set(projection, [...(found.get(projection) ?? []), view]);
  }
  return found;
}

/** `positions`: the checkpoints of its parts. */
export function rebuildView(row: ViewTables['rebuilds'], positions: readonly number[]): RebuildView {
  const position = positions.length === 0 ? 0 : Math.min(...positions);
  const progress = row.state === 'completed' ? 1 : progressOf(row.target, positions);
  const remainingSeconds = row.state === 'running' ? remaining(row, progress) : undefined;
  return {
    rebuildId: row.rebuild_id,
    projection: row.projection,
    generation: row.generation,
    purpose: row.purpose,
    state: row.state,
    progress,
    position: String(position),
    target: String(row.target),
    eventsDone: row.events_done,
    eventsPerSecond: Math.round(row.events_per_second),
    ...(remainingSeconds !== undefined && { remainingSeconds }),
    requestedAt: iso(row.requested_at),
    ...(row.started_at !== null && { startedAt: iso(row.started_at) }),
    ...(row.finished_at !== null && { finishedAt: iso(row.finished_at) }),
    ...(row.error !== null && { error: row.error }),
    ...(row.outcome !== null && { outcome: JSON.parse(row.outcome) as VerificationOutcome }),
  };
}

/** Positions stand for work: those of a log without gaps count events, those of others about bytes. */
function progressOf(target: number, positions: readonly number[]): number {
  if (positions.length === 0) return 0;
  if (target === 0) return 1;
  const done = positions.reduce((sum, position) => sum + Math.min(position, target), 0);
  return done / (target * positions.length);
}

function remaining({ events_done, events_per_second }: ViewTables['rebuilds'], progress: number): number | undefined {
  if (progress === 0 || events_per_second <= 0) return undefined;
  return Math.ceil((events_done * (1 - progress)) / progress / events_per_second);
}

const iso = (ms: number): string => new Date(ms).toISOString();
