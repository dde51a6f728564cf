/** `thingsio projections`: how far each of them is. */
import type { ListView, ProjectionView } from '#contracts';
import { needKey } from '../client/account.js';
import { table } from '../output.js';
import { formatDuration } from '../quantities.js';
import type { Context } from '../simulate/simulate.js';
import { progressLine } from './follow-rebuild.js';
import { hasEnded } from './rebuilds.js';

/** Exit code 1 where one of them is in trouble. */
export async function showProjections({ client, out }: Context): Promise<number> {
  needKey(client);
  const { items }: ListView<ProjectionView> = await client.json({ method: 'GET', path: '/projections' });
  const header = ['projection', 'generation', 'version', 'position', 'events behind', 'time behind', 'events/s'];
  out.line(
    table(
      header,
      items.map((it) => [
        it.name,
        String(it.generation),
        String(it.version),
        it.position,
        it.lagEvents,
        it.lagSeconds === 0 ? '—' : formatDuration(it.lagSeconds),
        it.ratePerSecond,
      ]),
    ),
  );
  for (const { rebuild } of items) if (rebuild && !hasEnded(rebuild)) out.line(`\n${progressLine(rebuild)}`);
  for (const { name, trouble } of items) if (trouble !== undefined) out.line(`\n✗ ${name}: ${trouble}`);
  return items.some(({ trouble }) => trouble !== undefined) ? 1 : 0;
}
