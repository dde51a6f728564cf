/** Writes batches: the catalogue, then the readings, then the checkpoint, each once what comes before it is on the server's disk. */
import type { SeriesBatch } from '#ports';
import { BatchPlan } from './batch-plan.js';
import { Catalog } from './catalog.js';
import { Checkpoints } from './checkpoints.js';
import type { InfluxConnection } from './connection.js';
import { DeviceStates } from './device-states.js';
import { CHARACTERS_MAX, LINES_MAX, type LineWriter } from './line-writer.js';
import { lookUpRanks } from './ranks.js';

/** Requests of one batch under way at once: while the server stores one, the next is made and sent. */
const UNDER_WAY_MAX = 2;

/**
 * Every line is a pure function of the log: the same events give the same points, whoever writes them, and a point written again changes
 * nothing. So a batch that failed midway is written again from its checkpoint, and two writers of one part do each other no harm.
 */
export class BatchWriter {
  private readonly states: DeviceStates;
  private readonly checkpoints: Checkpoints;

  constructor(
    private readonly connection: InfluxConnection,
    private readonly database: string,
    private readonly catalog: Catalog,
    private readonly writer: LineWriter,
  ) {
    this.states = new DeviceStates(connection, database, catalog);
    this.checkpoints = new Checkpoints(connection, database);
  }

  get devicesKept(): number {
    return this.states.size;
  }

  checkpoint(part = 0): Promise<number> {
    return this.checkpoints.read(part);
  }

  /** One at a time of each part. */
  async write(batch: SeriesBatch): Promise<void> {
    const part = batch.part ?? 0;
    const stored = await this.checkpoints.read(part);
    if (batch.checkpoint <= stored) return;
    const states = await this.states.at(part, stored, [...batch.schemas, ...batch.readings]);
    const plan = new BatchPlan(batch, stored, states, this.catalog.layouts);
    await lookUpRanks(this.connection, this.database, plan.late(), stored);
    await this.writeLines(plan);
    await this.writeCheckpoint(part, batch.checkpoint);
    this.states.publish(part, batch.checkpoint, plan.statesAfter());
  }

  private async writeLines(plan: BatchPlan): Promise<void> {
    const underWay = new Set<Promise<void>>();
    let failure: unknown;
    for (const lines of plan.lines(LINES_MAX, CHARACTERS_MAX)) {
      const catalogLines = plan.catalogLines.splice(0);
      if (catalogLines.length > 0) await this.writer.send(catalogLines);
      const sending: Promise<void> = this.writer
        .send(lines)
        .catch((error: unknown) => void (failure ??= error))
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
      if (underWay.size >= UNDER_WAY_MAX) await Promise.race(underWay);
      if (failure !== undefined) break;
    }
    await Promise.all(underWay);
    if (failure !== undefined) throw failure;
    if (plan.catalogLines.length > 0) await this.writer.send(plan.catalogLines);
  }

  private async writeCheckpoint(part: number, position: number): Promise<void> {
    try {
      await this.writer.send([this.checkpoints.line(part, position)]);
    } catch (error) {
      this.checkpoints.moveOn();
      throw error;
    }
  }
}
