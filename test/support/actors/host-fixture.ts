/** A host over a faulty log, with what a test of it needs: to ask, to collect, to wait for. */
import { MessageChannel } from 'node:worker_threads';
import { expect, vi } from 'vitest';
import {
  openInProcessHost,
  openWorkerThreadHost,
  type ActorHost,
  type HostLimits,
  type ParkingLot,
  type RuntimeLimits,
  type WorkerThreadHost,
} from '#actors';
import type { CommandAccepted, CommandAnswer, CommandEnvelope } from '#contracts';
import { FaultyLog } from './faulty-log.js';
import { serveLog } from './port-log.js';
import { tallyBehaviour, tallyCommand, type TallyOrder } from './tally.behaviour.js';

export interface HostSetup {
  log?: FaultyLog;
  limits?: Partial<RuntimeLimits>;
  host?: Partial<HostLimits>;
  workers?: number;
}

export interface HostFixture<H extends ActorHost = ActorHost> {
  host: H;
  log: FaultyLog;
  parked: Parameters<ParkingLot['park']>[0][];
  ask(entity: string, order: TallyOrder, more?: Partial<CommandEnvelope>): Promise<CommandAnswer>;
  /** Of all shards. */
  stat(
    name:
      | 'entities'
      | 'conflicts'
      | 'unknownOutcomes'
      | 'loads'
      | 'parked'
      | 'restarts'
      | 'snapshots'
      | 'snapshotFailures'
      | 'mailboxDepth'
      | 'passivations',
  ): number;
}

/** No pause a test would notice. */
const QUICK = { backOffFirstMs: 1, backOffMaxMs: 20 };

function fixture<H extends ActorHost>(host: H, log: FaultyLog, parked: HostFixture['parked']): HostFixture<H> {
  return {
    host,
    log,
    parked,
    ask: (entity, order, more) => host.dispatch([tallyCommand(entity, order, more)])[0]!,
    stat: (name) => host.stats().reduce((sum, shard) => sum + shard[name], 0),
  };
}

const parkInto = (parked: HostFixture['parked']): ParkingLot => ({
  park: async (command) => {
    parked.push(command);
  },
});

export async function inProcess({ log = new FaultyLog(), limits, host }: HostSetup = {}): Promise<HostFixture> {
  const parked: HostFixture['parked'] = [];
  const opened = openInProcessHost({
    behaviours: [tallyBehaviour()],
    log,
    parkingLot: parkInto(parked),
    limits: { ...QUICK, ...limits },
    host,
  });
  return fixture(opened, log, parked);
}

/** The tests' worker runs as it was built. */
const workerUrl = new URL(
  import.meta.url.includes('/dist/') ? './tally.worker.js' : '../../../dist/test/support/actors/tally.worker.js',
  import.meta.url,
);

export async function onThreads({ log = new FaultyLog(), limits, host, workers = 2 }: HostSetup = {}): Promise<
  HostFixture<WorkerThreadHost>
> {
  const parked: HostFixture['parked'] = [];
  const opened = await openWorkerThreadHost({
    workers,
    workerUrl,
    // Vitest's own options would send the built worker back to the sources.
    execArgv: [],
    workerData: () => {
      const { port1, port2 } = new MessageChannel();
      serveLog(log, port1);
      return { data: { port: port2 }, transferList: [port2] };
    },
    parkingLot: parkInto(parked),
    limits: { ...QUICK, ...limits },
    host,
  });
  return fixture(opened, log, parked);
}

export function accepted(answer: CommandAnswer): CommandAccepted & { value: { total: number; revision: number; events: number } } {
  if (!answer.ok) expect.fail(`refused: ${answer.code} ${answer.message}`);
  return answer as ReturnType<typeof accepted>;
}

export const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 });

/** The log tells the same story as the answers: each accepted command once, nothing else but what intruders wrote. */
export async function expectStoredOnce(log: FaultyLog, told: { envelope: CommandEnvelope; answer: CommandAnswer }[]): Promise<void> {
  const events = await log.readAll(0, 1_000_000);
  const stored = events
    .filter((event) => !event.metadata.commandId.startsWith('intruder') && event.metadata.part[0] === 0)
    .map((event) => event.metadata.commandId);
  expect(new Set(stored).size).toBe(stored.length);
  const acknowledged = told.filter(({ answer }) => answer.ok).map(({ envelope }) => envelope.commandId);
  expect(stored.toSorted()).toEqual([...new Set(acknowledged)].toSorted());
  for (const { envelope, answer } of told) {
    if (!answer.ok) continue;
    const own = events.filter((event) => event.metadata.commandId === envelope.commandId && event.stream === envelope.stream);
    expect(answer.position).toBe(own.at(-1)!.position);
    expect(answer.revision).toBe(own.at(-1)!.revision);
  }
}
