/** Whether the service can do its work: what it stands on answers and it is not stopping. */
import { Inject, Injectable } from '@nestjs/common';
import { type AdapterName, type Health, healthOf } from '#platform';
import { EventLog, SeriesStore, ViewStore } from '#ports';

const WITHIN_MS = 2_000;
/** Where the ports stand on servers that all replicas share, only what readings are handed to takes a replica out of rotation: else one store that
 *  is away, of which readings are shown, would take out every replica, and with them the door for readings, which need not stop. */
const NEEDED_FOR_READINGS: string[] = ['commandSender' satisfies AdapterName, 'process'];

@Injectable()
export class Readiness {
  private stopping = false;
  private servers: (() => Promise<Pick<Health, 'checks'>>) | undefined;

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
  alsoAsk(servers: () => Promise<Pick<Health, 'checks'>>): void {
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
    const health = healthOf(checks);
    if (health.status === 'ok') return health;
    const goesOn = this.servers !== undefined && NEEDED_FOR_READINGS.every((name) => (checks[name] ?? 'ok') === 'ok');
    return goesOn ? { status: 'degraded', checks } : health;
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
