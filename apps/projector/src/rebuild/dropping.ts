/** Deletes generations that nobody wants any more: old ones, and those of rebuilds that were given up. */
import type { SeriesGenerations, ViewStore } from '#ports';
import { SERIES, type GenerationRow, type Known } from './known.js';
import { forgetGeneration, type Rebuildable } from './steps-of-a-rebuild.js';

export interface DroppingConfig {
  views: ViewStore;
  generations: SeriesGenerations;
  rebuildables: readonly Rebuildable[];
  logger: { info(details: object, message: string): void };
}

/** A projector that wrote to it has let go by then: it looks twice a second. */
const LET_GO_MS = 1_500;

export class Dropping {
  private readonly since = new Map<number, number>();
  private strays = false;

  constructor(private readonly config: DroppingConfig) {}

  /** Whether anything was dropped. */
  async see(known: Known): Promise<boolean> {
    if (!this.strays) await this.dropStrays(known);
    const wanted = known.generations.filter(({ state }) => state === 'dropping');
    let dropped = false;
    for (const row of wanted) if (row.projection !== SERIES || this.isLetGo(row)) dropped = (await this.drop(row)) || dropped;
    return dropped;
  }

  private isLetGo({ generation }: GenerationRow): boolean {
    const now = performance.now();
    const since = this.since.get(generation) ?? now;
    this.since.set(generation, since);
    return now - since >= LET_GO_MS;
  }

  private async drop(row: GenerationRow): Promise<boolean> {
    const { views, generations, rebuildables, logger } = this.config;
    const { projection, generation } = row;
    if (projection === SERIES) await generations.drop(generation);
    await forgetGeneration(views, row, rebuildables.find(({ name }) => name === projection)?.tables ?? []);
    this.since.delete(generation);
    logger.info({ projection, generation }, 'a generation was dropped');
    return true;
  }

  /** Generations of the series that no row tells of: a crash lay between. */
  private async dropStrays({ generations: rows, rebuilds }: Known): Promise<void> {
    const { generations, logger } = this.config;
    const known = new Set([...rows, ...rebuilds].flatMap(({ projection, generation }) => (projection === SERIES ? [generation] : [])));
    known.add(await generations.live());
    for (const generation of await generations.list()) {
      if (known.has(generation)) continue;
      await generations.drop(generation);
      logger.info({ projection: SERIES, generation }, 'a generation that nobody knows was dropped');
    }
    this.strays = true;
  }
}
