/** How far each part of the projections is stored, in a measurement beside the readings. */
import { randomInt } from 'node:crypto';
import type { InfluxConnection } from './connection.js';
import { identifier, literal } from './names.js';

const CHECKPOINTS = 'checkpoints';
/** Every writer has a place of its own: the highest of all counts, so that one who lags, or whose write arrives late, sets nothing back. */
const PLACES = 1_000_000;

export class Checkpoints {
  private place = randomInt(PLACES);

  constructor(
    private readonly connection: InfluxConnection,
    private readonly database: string,
  ) {}

  async read(part: number): Promise<number> {
    const statement = `SELECT max(${identifier('position')}) FROM ${CHECKPOINTS} WHERE part = ${literal(String(part))}`;
    const [block] = await this.connection.ask(this.database, statement, ['number']);
    return block ? (block.columns[0] as Float64Array)[0]! : 0;
  }

  line(part: number, position: number): string {
    return `${CHECKPOINTS},part=${part} position=${position}i ${this.place}`;
  }

  /** After a write of unknown outcome, which may still arrive. */
  moveOn(): void {
    this.place = randomInt(PLACES);
  }
}
