/** Stays with a rebuild until it has ended, and shows how far it is. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RebuildView } from '#contracts';
import { ApiError, UnreachableError } from '../client/api-error.js';
import { formatCount, formatDuration } from '../quantities.js';
import type { Context } from '../simulate/simulate.js';
import { hasEnded, rebuildPath } from './rebuilds.js';

const POLL_MS = 500;
/** A server that is restarted is back by then; the rebuild goes on by itself. */
const AWAY_MS_MAX = 60_000;
const BAR_CHARS = 20;
/** Projectors take what is asked of them within moments. */
const WAITS_FOR_NOTHING_MS = 2_000;

/** The last that was seen: it has ended, unless Ctrl-C came first. */
export async function followRebuild(rebuild: RebuildView, { client, out, signal, now }: Context): Promise<RebuildView> {
  let last = rebuild;
  const startedAt = now();
  let heardAt = startedAt;
  while (!hasEnded(last) && !signal.aborted) {
    if (last.state !== 'requested' || now() - startedAt >= WAITS_FOR_NOTHING_MS) out.progress(progressLine(last));
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    try {
      last = await client.json<RebuildView>({ method: 'GET', path: rebuildPath(last) });
      heardAt = now();
    } catch (error) {
      if (!mayPass(error) || now() - heardAt > AWAY_MS_MAX) throw error;
      out.progress(`${last.projection}: the server does not answer at the moment; the rebuild goes on when it is back`);
    }
  }
  if (hasEnded(last)) out.progress(progressLine(last));
  out.settle();
  return last;
}

const mayPass = (error: unknown): boolean => error instanceof UnreachableError || (error instanceof ApiError && error.transient);

/** `ledger → 3  ████████░░░░░░░░░░░░   42 %  1,234,567 events  230,412/s  12s left` */
export function progressLine(rebuild: RebuildView): string {
  const { projection, generation, progress, state, eventsDone, eventsPerSecond, remainingSeconds } = rebuild;
  const done = Math.floor(progress * BAR_CHARS);
  const bar = '█'.repeat(done) + '░'.repeat(BAR_CHARS - done);
  const parts = [
    `${projection} → ${generation}`,
    `${bar} ${`${Math.floor(progress * 100)} %`.padStart(5)}`,
    `${formatCount(eventsDone)} events`,
  ];
  if (state === 'running') {
    parts.push(`${formatCount(eventsPerSecond)}/s`);
    if (remainingSeconds !== undefined) parts.push(`${formatDuration(remainingSeconds)} left`);
  } else parts.push(STATES[state]);
  return parts.join('  ');
}

export const STATES: Record<RebuildView['state'], string> = {
  requested: 'waits for a projector',
  running: 'running',
  paused: 'paused',
  switching: 'is being switched to',
  completed: 'done',
  cancelled: 'cancelled',
  failed: 'failed',
};
