/** Whether the service can do its work: its stores answer and it is not stopping. */
import { Inject, Injectable } from '@nestjs/common';
import { EventLog, SeriesStore, ViewStore } from '#ports';

export interface Health {
  status: 'ok' | 'unavailable';
  checks: Record<string, string>;
}

const WITHIN_MS = 2_000;

@Injectable()
export class Readiness {
  private stopping = false;
  private servers: (() => Promise<Health>) | undefined;

  constructor(
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(SeriesStore) private readonly series: SeriesStore,
  ) {}

  /** From now on load balancers send nothing here. */
  stop(): void {
    this.stopping = true;
  }

  /** The servers behind the ports know better why they cannot be used. */
  alsoAsk(servers: () => Promise<Health>): void {
    this.servers = servers;
  }

  isStopping(): boolean {
    return this.stopping;
  }

  async check(): Promise<Health> {
    const checks = Object.fromEntries(
      await Promise.all([
        answers('log', () => this.log.head()),
        answers('views', () => this.views.db.selectFrom('checkpoints').select('position').limit(1).execute()),
        answers('series', () => this.series.checkpoint()),
      ]),
    ) as Record<string, string>;
    Object.assign(checks, (await this.servers?.())?.checks);
    if (this.stopping) checks['process'] = 'stopping';
    return { status: Object.values(checks).every((check) => check === 'ok') ? 'ok' : 'unavailable', checks };
  }
}

async function answers(name: string, ask: () => Promise<unknown>): Promise<[string, string]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => (timer = setTimeout(() => resolve(`no answer within ${WITHIN_MS} ms`), WITHIN_MS)));
  try {
    return [name, await Promise.race([ask().then(() => 'ok'), late])];
  } catch {
    return [name, 'failed'];
  } finally {
    clearTimeout(timer);
  }
}
