/** Rebuilds and verifications, as the server has them. */
import { randomUUID } from 'node:crypto';
import type { ProjectionView, RebuildPurpose, RebuildView } from '#contracts';
import type { ApiClient } from '../client/api-client.js';
import { ApiError } from '../client/api-error.js';

export const projectionPath = (name: string, rest = ''): string => `/projections/${encodeURIComponent(name)}${rest}`;

const KINDS: Record<RebuildPurpose, string> = { switch: 'rebuilds', verify: 'verifications' };
export const rebuildPath = ({ projection, purpose, rebuildId }: RebuildView): string =>
  projectionPath(projection, `/${KINDS[purpose]}/${rebuildId}`);

const ENDED: readonly RebuildView['state'][] = ['completed', 'cancelled', 'failed'];
export const hasEnded = ({ state }: RebuildView): boolean => ENDED.includes(state);

export const readProjection = (client: ApiClient, name: string): Promise<ProjectionView> =>
  client.json({ method: 'GET', path: projectionPath(name) });

/** Starts one; where the same is under way already, that one. */
export async function startOrJoin(
  client: ApiClient,
  projection: string,
  purpose: RebuildPurpose,
): Promise<{ rebuild: RebuildView; joined: boolean }> {
  try {
    const path = projectionPath(projection, `/${KINDS[purpose]}`);
    const rebuild: RebuildView = await client.json({ method: 'POST', path, headers: { 'idempotency-key': randomUUID() } });
    return { rebuild, joined: false };
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'rebuild.under-way')) throw error;
    const { rebuild } = await readProjection(client, projection);
    if (!rebuild || rebuild.rebuildId !== error.problem['rebuildId'] || rebuild.purpose !== purpose) throw error;
    return { rebuild, joined: true };
  }
}
