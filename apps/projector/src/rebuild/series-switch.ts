/** Switching the series: their stores know no transaction with the views, so every owner first promises to tell no more than both generations
 *  hold. Only when all have promised does the new one become live. */
import type { SeriesGenerations, ViewStore } from '#ports';
import type { Ownership } from '../ownership/ownership.js';
import type { SeriesState } from '../subscription/series-lane.js';
import type { Track } from '../subscription/track.js';
import type { RebuildRow } from './known.js';
import { noteSwitch } from './steps-of-a-rebuild.js';

export interface SeriesSwitchConfig {
  views: ViewStore;
  generations: SeriesGenerations;
  track: Track<SeriesState>;
  ownership: Ownership;
  parts: number;
  now: () => number;
}

const promiseOf = (row: RebuildRow, part: number): string => `${promisesOf(row)}${part}`;
const promisesOf = ({ rebuild_id }: RebuildRow): string => `series/switch/${rebuild_id}/`;

/** For each part of ours where the new generation goes along with the live one. Since the row says `switching`, no more is told than both have;
 *  what was told before, the live one had, and the new one has it too. */
export async function promise({ views, track, ownership, now }: SeriesSwitchConfig, row: RebuildRow, live: number): Promise<void> {
  const together = await track.between(() => {
    const ofLive = track.all().filter(({ generation }) => generation === live);
    const ofNew = track.all().filter((state) => state.generation === row.generation && track.isInMain(state) && !state.failed);
    const goTogether = ({ part, stored }: SeriesState): boolean => {
      const before = ofLive.find((one) => one.part === part);
      // One that stands still is passed by.
      return !before || (before.stored <= stored && (before.failed !== undefined || track.isInMain(before)));
    };
    return ofNew.filter(goTogether).map(({ part }) => part);
  });
  const promises = together.flatMap((part) => {
    const mark = ownership.mark(part);
    return mark === undefined ? [] : [{ name: promiseOf(row, part), owner: mark, expires_at: now(), epoch: 0 }];
  });
  if (promises.length === 0) return;
  await views.write(async (tx) => {
    for (const { name, owner, ...others } of promises) {
      await tx
        .insertInto('leases')
        .values({ name, owner, ...others })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ owner }))
        .execute();
    }
  });
}

/** Makes the new generation live where every part's present owner has promised. */
export async function switchWherePromised(config: SeriesSwitchConfig, row: RebuildRow): Promise<boolean> {
  const { views, generations, ownership, parts, now } = config;
  if ((await generations.live()) !== row.generation) {
    const promises = await views.db
      .selectFrom('leases')
      .select(['name', 'owner'])
      .where('name', 'like', `${promisesOf(row)}%`)
      .execute();
    const holders = await ownership.holders();
    const isPromised = (part: number): boolean => {
      const promised = promises.find(({ name }) => name === promiseOf(row, part))?.owner;
      return promised !== undefined && promised === holders.get(part);
    };
    if (!Array.from({ length: parts }, (_, part) => part).every(isPromised)) return false;
    await generations.setLive(row.generation);
  }
  if (!(await noteSwitch(views, row, now()))) return false;
  await views.write((tx) =>
    tx
      .deleteFrom('leases')
      .where('name', 'like', `${promisesOf(row)}%`)
      .execute(),
  );
  return true;
}
