/** A log, views and alert rules that decide as the real entities do, for tests of what evaluates them. Whatever is killed neither sends nor writes any more. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryEventLog } from '#adapters/memory';
import { openSqliteViewStore } from '#adapters/sqlite';
import type { AlertRuleCommand, AlertRuleEvent, CommandAnswer, CommandEnvelope, NewEvent, RecordedEvent } from '#contracts';
import { alertRuleDecider, type AlertRuleState } from '#domain';
import { CommandQueue, type EventLog, type ViewStore } from '#ports';
import { startAlerts, type Alerts } from '../alerts/start-alerts.js';

export type AlertPlace = Awaited<ReturnType<typeof createAlertPlace>>;

export interface Running {
  alerts: Alerts;
  /** As if the process had been killed. */
  kill(): Promise<void>;
}

/** With a log and views of its own, where they are not those of another place. */
export async function createAlertPlace({ log = createMemoryEventLog(), views: given }: { log?: EventLog; views?: ViewStore } = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'thingsio-alerts-'));
  const views = given ?? (await openSqliteViewStore({ dir }));
  const queue = new DecidingQueue(log);
  const said: string[] = [];
  const say = (_: object, message: string): void => void said.push(message);
  const clock = { now: 0 };
  return {
    views,
    log,
    queue,
    clock,
    said,
    async append(events: readonly RecordedEvent[]): Promise<void> {
      for (const event of events) await queue.inTurn(() => append(log, event.stream, [event]));
    },
    async start(parts = 1): Promise<Running> {
      const life = { dead: false };
      const settings = {
        parts,
        logger: { info: say, warn: say },
        now: () => clock.now,
        notify: { smtpUrl: undefined, from: 'test@example.org', allowPrivate: true },
        graceMs: 0,
        tickMs: 5,
      };
      const alerts = await startAlerts({ log, views: mortalViews(views, life), commands: mortalQueue(queue, life) }, settings);
      return {
        alerts,
        async kill() {
          life.dead = true;
          await alerts.stop();
        },
      };
    },
    /** What happened to alerts, in the order of the log. */
    async alertEvents(): Promise<RecordedEvent[]> {
      const events = await log.readAll(0, 1_000_000);
      return events.filter(({ type }) => type === 'AlertRaised' || type === 'AlertCleared');
    },
    async remove(): Promise<void> {
      await Promise.all([views.close(), log.close()]);
      await rm(dir, { recursive: true });
    },
  };
}

async function append(log: EventLog, stream: string, events: readonly NewEvent[]): Promise<void> {
  const past = await log.readStream(stream, 0, 1_000_000);
  await log.append({ stream, expectedRevision: past.length - 1, events: [...events] });
}

/** Loads, decides and records, one command after the other. */
class DecidingQueue extends CommandQueue {
  /** Of the next commands: what goes wrong. `lost`: recorded, and nobody is told. */
  readonly mishaps: ('refused' | 'lost' | undefined)[] = [];
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly log: EventLog) {
    super();
  }

  send(envelope: CommandEnvelope): Promise<CommandAnswer> {
    return this.inTurn(() => this.decide(envelope));
  }

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async decide({ type, stream, data, commandId, accountId, receivedAt }: CommandEnvelope): Promise<CommandAnswer> {
    const mishap = this.mishaps.shift();
    if (mishap === 'refused') throw new Error('the queue is away');
    let state: AlertRuleState = alertRuleDecider.initial;
    const past = await this.log.readStream(stream, 0, 1_000_000);
    for (const { type, data, revision, metadata } of past) {
      const event = { type, data } as AlertRuleEvent;
      state = alertRuleDecider.evolve(state, { event, commandId: metadata.commandId, recordedAt: metadata.recordedAt, revision });
    }
    const decision = alertRuleDecider.decide(state, { command: { type, data } as AlertRuleCommand, commandId, now: receivedAt });
    if (decision.kind === 'reject') return { ok: false, code: decision.rejection.code, message: decision.rejection.message };
    if (decision.kind === 'accept' && decision.events.length > 0) {
      const ids = { eventId: commandId, commandId, correlationId: commandId, actor: '', writerEpoch: '' };
      const metadata = { ...ids, accountId, recordedAt: receivedAt, part: [0, 1] as [number, number] };
      await append(
        this.log,
        stream,
        decision.events.map((event, i) => ({ ...event, eventVersion: 1, metadata: { ...metadata, eventId: `${commandId}-${i}` } })),
      );
    }
    if (mishap === 'lost') throw new Error('the answer was lost');
    return { ok: true, position: 0, revision: 0, value: {} };
  }

  enqueue(envelope: CommandEnvelope): Promise<CommandAnswer> {
    return this.send(envelope);
  }

  async consume(): Promise<void> {}

  depth(): { commands: number; bytes: number } {
    return { commands: 0, bytes: 0 };
  }

  async close(): Promise<void> {}
}

interface Life {
  dead: boolean;
}

function mortalQueue(queue: CommandQueue, life: Life): CommandQueue {
  return Object.assign(Object.create(queue) as CommandQueue, {
    send: async (envelope: CommandEnvelope) => {
      if (life.dead) throw new Error('killed');
      return queue.send(envelope);
    },
  });
}

function mortalViews(views: ViewStore, life: Life): ViewStore {
  return Object.assign(Object.create(views) as ViewStore, {
    write: async (work: Parameters<ViewStore['write']>[0]) => {
      if (life.dead) throw new Error('killed');
      return views.write(work);
    },
  });
}
