/** Tells operators how projections and rebuilds go on: about once a second, while they do. */
import type { ProjectionProgressedMessage, ProjectionView } from '#contracts';
import type { ProjectionViews } from '../operator/projections/projection-views.js';
import type { Log } from '../tokens.js';
import type { LiveConnection } from './live-connection.js';

const EVERY_MS = 1_000;

export class OperatorFeed {
  private timer: NodeJS.Timeout | undefined;
  private telling = false;

  constructor(
    private readonly projections: Pick<ProjectionViews, 'all' | 'shown'>,
    private readonly connections: () => Iterable<Pick<LiveConnection, 'credential' | 'isOperator' | 'tellOperator'>>,
    private readonly log: Log,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.tell(), EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Read once for all of them; nothing is read where nobody watches. */
  async tell(): Promise<void> {
    if (this.telling || !this.operators().length) return;
    this.telling = true;
    try {
      const views = await this.projections.all();
      for (const connection of this.operators()) {
        const { accountId } = connection.credential;
        connection.tellOperator(views.map((view) => progressOf(this.projections.shown(view, accountId))));
      }
    } catch (error) {
      // The stores may be out of reach for a moment: the next turn tells again.
      this.log.warn({ error: String(error) }, 'operators could not be told how far the projections are');
    } finally {
      this.telling = false;
    }
  }

  private operators() {
    return [...this.connections()].filter(({ isOperator }) => isOperator);
  }
}

function progressOf(view: ProjectionView): ProjectionProgressedMessage {
  const { name, generation, position, lagEvents, lagSeconds, ratePerSecond, trouble, rebuild } = view;
  const standing = { name, generation, position, lagEvents, lagSeconds, ratePerSecond };
  return { ...standing, ...(trouble !== undefined && { trouble }), ...(rebuild && { rebuild }) };
}
