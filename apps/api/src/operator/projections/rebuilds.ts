/** What operators ask of a projection: rebuilds and verifications, which are one thing with two ends, and the end of old generations. */
import { Inject, Injectable } from '@nestjs/common';
import { readRebuilds, requestDrop, requestRebuild, requestState, tellProjectors } from '#adapters/views';
import type { ListView, RebuildPurpose, RebuildView } from '#contracts';
import { EventLog, LiveBus, ViewStore } from '#ports';
import { refuse } from '../../doors/rest/problem-error.js';
import { cursorOf, placeOf } from '../../queries/shared/cursor.js';
import { badParameter, limitOf, type Parameters } from '../../queries/shared/parameters.js';
import { CLOCK, type Clock, LOG, type Log } from '../../tokens.js';
import { Operators } from '../operators.js';
import { ProjectionViews } from './projection-views.js';
import { shownTo } from './shown-outcome.js';

/** `accountId` is who asks. */
export interface Asked {
  purpose: RebuildPurpose;
  accountId: string;
}

@Injectable()
export class Rebuilds {
  constructor(
    @Inject(ProjectionViews) private readonly projections: ProjectionViews,
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(EventLog) private readonly eventLog: EventLog,
    @Inject(LiveBus) private readonly live: LiveBus,
    @Inject(Operators) private readonly operators: Operators,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** One at a time a projection. */
  async start(projection: string, { purpose, accountId, rebuildId }: Asked & { rebuildId: string }): Promise<RebuildView> {
    const head = await this.eventLog.head();
    const wish = { projection, purpose, requestedBy: accountId, rebuildId, head, now: this.clock() };
    const asked = await requestRebuild(this.views, wish);
    if (!asked.ok && asked.code === 'rebuild.under-way')
      throw refuse(asked.code, `${asked.rebuildId} of ${projection} has not ended.`, { rebuildId: asked.rebuildId });
    if (!asked.ok) throw refuse(asked.code, `There is no projection ${projection.slice(0, 128)}.`);
    this.told({ projection, purpose, rebuildId, by: accountId }, 'a rebuild was asked for');
    return asked.rebuild;
  }

  /** The newest first. */
  async list(projection: string, { purpose, accountId, parameters }: Asked & { parameters: Parameters }): Promise<ListView<RebuildView>> {
    const limit = limitOf(parameters);
    const [after] = (placeOf(parameters, ['string']) ?? []) as [string?];
    await this.projections.mustExist(projection);
    const all = (await readRebuilds(this.views.db, { projection })).filter((it) => it.purpose === purpose);
    const from = after === undefined ? 0 : all.findIndex(({ rebuildId }) => rebuildId === after) + 1;
    if (after !== undefined && from === 0) throw badParameter('cursor', 'The cursor is not one that this list gave.');
    const items = all.slice(from, from + limit).map((it) => shownTo(it, accountId, this.operators));
    return all.length > from + limit ? { items, next: cursorOf([items.at(-1)!.rebuildId]) } : { items };
  }

  async get(projection: string, { purpose, accountId, id }: Asked & { id: string }): Promise<RebuildView> {
    return shownTo(await this.find(projection, purpose, id), accountId, this.operators);
  }

  /** Answers how it is at that moment: what is wanted comes about soon after. */
  async want(projection: string, { purpose, accountId, id, wanted }: Asked & { id: string; wanted: Wanted }): Promise<RebuildView> {
    await this.find(projection, purpose, id);
    const asked = await requestState(this.views, projection, id, wanted);
    if (!asked.ok) throw refuse(asked.code, 'It has ended, or is being cancelled.');
    this.told({ projection, rebuildId: id, wanted, by: accountId }, 'a rebuild was told what to do');
    return shownTo(asked.rebuild, accountId, this.operators);
  }

  /** Only an old one: throws 409 for one that is live or being built. */
  async drop(projection: string, generation: string, accountId: string): Promise<void> {
    await this.projections.mustExist(projection);
    const asked = await requestDrop(this.views, projection, /^\d{1,9}$/.test(generation) ? Number(generation) : -1);
    if (!asked.ok && asked.code === 'generation.unknown')
      throw refuse(asked.code, `There is no generation ${generation.slice(0, 20)} of ${projection}.`);
    if (!asked.ok) throw refuse(asked.code, `Generation ${generation} of ${projection} is live, or being built.`);
    this.told({ projection, generation, by: accountId }, 'an old generation was given up');
  }

  private async find(projection: string, purpose: RebuildPurpose, id: string): Promise<RebuildView> {
    await this.projections.mustExist(projection);
    const [rebuild] = await readRebuilds(this.views.db, { projection, rebuildId: id });
    if (rebuild?.purpose === purpose) return rebuild;
    throw refuse(
      'rebuild.unknown',
      `There is no ${purpose === 'verify' ? 'verification' : 'rebuild'} ${id.slice(0, 64)} of ${projection}.`,
    );
  }

  private told(members: object, message: string): void {
    tellProjectors(this.live);
    this.log.info(members, message);
  }
}

type Wanted = 'run' | 'pause' | 'cancel';
