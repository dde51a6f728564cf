/** `thingsio replay`: has a projection built again from the log, beside the live one, and switched to. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GenerationView, RebuildView } from '#contracts';
import { needKey } from '../client/account.js';
import { table } from '../output.js';
import { formatCount, formatDuration, UsageError } from '../quantities.js';
import type { Context } from '../simulate/simulate.js';
import { followRebuild, progressLine, STATES } from './follow-rebuild.js';
import { hasEnded, projectionPath, readProjection, rebuildPath, startOrJoin } from './rebuilds.js';

/** Exit code 0 where it is done, or goes on without us. */
export async function replay(projection: string, { wait }: { wait: boolean }, context: Context): Promise<number> {
  const { client, out } = context;
  needKey(client);
  const { rebuild, joined } = await startOrJoin(client, projection, 'switch');
  out.line(
    joined
      ? `A rebuild of ${projection} is under way already, into generation ${rebuild.generation}.`
      : `${projection} is built again from the log, into generation ${rebuild.generation}; the live one goes on meanwhile.`,
  );
  if (!wait) return sayItGoesOn(projection, context);
  const last = await followRebuild(rebuild, context);
  return hasEnded(last) ? sayHowItEnded(last, context) : sayItGoesOn(projection, context);
}

async function sayHowItEnded(rebuild: RebuildView, { client, out }: Context): Promise<number> {
  const { projection, generation, state, error } = rebuild;
  if (state === 'completed') {
    out.line(`✓ Generation ${generation} of ${projection} is live: ${formatCount(rebuild.eventsDone)} events in ${tookOf(rebuild)}.`);
    const { generations } = await readProjection(client, projection);
    for (const old of generations.filter((it) => it.state === 'old'))
      out.line(`  Generation ${old.generation} is kept until you drop it: thingsio replay ${projection} --drop ${old.generation}`);
    return 0;
  }
  out.line(`✗ The rebuild of ${projection} ${state === 'failed' ? `failed: ${error ?? 'no reason was given'}` : 'was cancelled'}.`);
  out.line('  What is shown has not changed.');
  return 1;
}

function sayItGoesOn(projection: string, { out }: Context): number {
  out.line(`It goes on by itself. thingsio replay ${projection} --status shows it, as do --pause, --resume and --cancel what they say.`);
  return 0;
}

export async function changeRebuild(projection: string, change: 'pause' | 'resume' | 'cancel', { client, out }: Context): Promise<number> {
  needKey(client);
  const { rebuild } = await readProjection(client, projection);
  if (!rebuild || hasEnded(rebuild))
    throw new UsageError(`Nothing is being built of ${projection}; start with "thingsio replay ${projection}".`);
  const path = rebuildPath(rebuild);
  if (change === 'cancel') await client.json({ method: 'DELETE', path });
  else await client.json({ method: 'PATCH', path, body: { state: change === 'pause' ? 'paused' : 'running' } });
  const what = rebuild.purpose === 'verify' ? 'verification' : 'rebuild';
  out.line(`The ${what} of ${projection} ${{ pause: 'pauses', resume: 'goes on', cancel: 'is cancelled' }[change]}.`);
  return 0;
}

export async function showStatus(projection: string, { client, out }: Context): Promise<number> {
  needKey(client);
  const { generations, rebuild } = await readProjection(client, projection);
  out.line(generationTable(generations));
  out.line();
  if (!rebuild) out.line(`${projection} was never built again.`);
  else if (!hasEnded(rebuild)) out.line(progressLine(rebuild));
  else {
    const what = rebuild.purpose === 'verify' ? 'verification' : 'rebuild';
    const why = rebuild.error === undefined ? '' : `: ${rebuild.error}`;
    out.line(
      `The last ${what}, into generation ${rebuild.generation}: ${STATES[rebuild.state]}${why} (${rebuild.finishedAt ?? rebuild.requestedAt}).`,
    );
  }
  return 0;
}

const generationTable = (generations: readonly GenerationView[]): string =>
  table(
    ['generation', 'state', 'version', 'made', 'live since'],
    generations.map((it) => [String(it.generation), it.state, String(it.version), it.madeAt, liveSince(it)]),
  );

/** The first generation is live from when it is made: nothing was switched to it. */
const liveSince = ({ state, madeAt, switchedAt }: GenerationView): string =>
  switchedAt ?? (state === 'live' || state === 'old' ? madeAt : '—');

const DROPPED_WITHIN_MS = 30_000;
const POLL_MS = 200;

export async function dropGeneration(projection: string, generation: number, { client, out, signal, now }: Context): Promise<number> {
  needKey(client);
  await client.json({ method: 'DELETE', path: projectionPath(projection, `/generations/${generation}`) });
  const until = now() + DROPPED_WITHIN_MS;
  while (!signal.aborted && now() < until) {
    const { generations } = await readProjection(client, projection);
    if (!generations.some((it) => it.generation === generation)) {
      out.line(`Generation ${generation} of ${projection} is gone.`);
      return 0;
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  out.line(`Generation ${generation} of ${projection} is given up; the projectors have yet to delete it.`);
  return 0;
}

function tookOf({ startedAt, finishedAt, requestedAt }: RebuildView): string {
  return formatDuration((Date.parse(finishedAt ?? requestedAt) - Date.parse(startedAt ?? requestedAt)) / 1_000);
}
