/** Evaluates alert rules as readings are recorded, and notifies of what fires: follows the log from what it has stored, so that a restart loses
 *  and repeats nothing. Several processes may evaluate the same; what they decide has the same ids, and counts once. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedEvent } from '#contracts';
import { upcastEvent } from '#contracts';
import type { Decided } from '#domain';
import type { CommandQueue, EventLog, Follower, ViewStore } from '#ports';
import { createAnomalyScorer } from '#timeseries';
import { PartEvaluation } from './part-evaluation.js';
import { Notifier, type NotifySettings } from './notify/notifier.js';
import { untilDone, type AlertsLogger } from './retry.js';
import { sendDecided } from './send-decided.js';

export interface AlertPorts {
  log: EventLog;
  views: ViewStore;
  commands: CommandQueue;
}

export interface AlertSettings {
  /** Shares of the log, as those of the projections. */
  parts: number;
  logger: AlertsLogger;
  now: () => number;
  notify: NotifySettings;
  /** Silence is noticed so long after its deadline: what was recorded before it has come by then. */
  graceMs?: number;
  /** How often silence is looked for. */
  tickMs?: number;
}

export interface Alerts {
  figures(): Record<string, number>;
  /** Resolves when nothing is evaluated or sent any more; what is left is done after the next start. */
  stop(): Promise<void>;
}

const GRACE_MS = 5_000;
const BATCH_EVENTS_MAX = 4_096;
/** After a batch: what comes meanwhile comes together, since waking up and reading cost more than most events do. */
const REST_MS = 20;
const TICK_MS = 500;
/** Between two snapshots; what was evaluated since the last one is evaluated again after a crash. */
const SAVE_EVERY_MS = 5_000;
/** To write states never takes more than a twentieth of the time. */
const SAVE_SHARE = 20;

export async function startAlerts(ports: AlertPorts, settings: AlertSettings): Promise<Alerts> {
  const alerts = new RunningAlerts(ports, settings);
  await alerts.start();
  return alerts;
}

class RunningAlerts implements Alerts {
  private readonly stopping = new AbortController();
  private readonly evaluations: PartEvaluation[];
  private readonly notifier: Notifier;
  /** One thing at a time: what is decided in order is sent in order. */
  private turn: Promise<void> = Promise.resolve();
  private position = 0;
  /** When the latest that was seen was recorded. */
  private recordedAt = 0;
  private savedAt = performance.now();
  private saveEveryMs = SAVE_EVERY_MS;
  private ticking: NodeJS.Timeout | undefined;
  private follower: Follower | undefined;
  private following: Promise<void> = Promise.resolve();
  /** Something that was decided may not be recorded: it is decided again after the next start. */
  private unsent = false;
  private readonly counts = { events: 0, raised: 0, cleared: 0 };

  constructor(
    private readonly ports: AlertPorts,
    private readonly settings: AlertSettings,
  ) {
    const tools = { anomalies: createAnomalyScorer() };
    const { parts } = settings;
    this.evaluations = Array.from({ length: parts }, (_, part) => new PartEvaluation(ports.views, tools, part, parts));
    this.notifier = new Notifier(ports.views, settings.notify, settings, (accountId, ruleId) =>
      this.evaluations[0]!.rule(accountId, ruleId),
    );
  }

  async start(): Promise<void> {
    await this.load();
    this.following = this.follow().catch(() => undefined);
    const { tickMs = TICK_MS, logger } = this.settings;
    this.ticking = setInterval(() => void this.inTurn(() => this.tick()).catch(() => undefined), tickMs);
    this.notifier.start();
    logger.info({ position: this.position }, 'alert rules are evaluated');
  }

  private async load(): Promise<void> {
    const head = await this.ports.log.head();
    for (const evaluation of this.evaluations) await evaluation.load(head);
    await this.notifier.load(head);
    this.position = Math.min(this.notifier.position, ...this.evaluations.map(({ position }) => position));
    this.unsent = false;
  }

  figures(): Record<string, number> {
    return { ...this.counts, position: this.position, ...this.notifier.figures() };
  }

  async stop(): Promise<void> {
    clearInterval(this.ticking);
    this.stopping.abort();
    await this.follower?.close().catch(() => undefined);
    await this.following;
    await this.turn;
    await this.notifier.stop();
    await this.save().catch(() => undefined);
  }

  /** After a failure everything begins again from what is stored: what was decided and may not be recorded is decided again. */
  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    let isLoaded = true;
    const wants = (type: string, stream: string): boolean => this.evaluations.some((evaluation) => evaluation.wantsOf(type, stream));
    await untilDone('alerts', signal, this.settings.logger, async () => {
      if (!isLoaded) await this.inTurn(() => this.load());
      isLoaded = false;
      this.follower = this.ports.log.follow(this.position, { batchMax: BATCH_EVENTS_MAX, wants }, async (events) => {
        await this.inTurn(() => this.handle(events));
        if (events.length < BATCH_EVENTS_MAX) await sleep(REST_MS, undefined, { signal }).catch(() => undefined);
      });
      await this.follower.done;
    });
  }

  private async handle(events: readonly RecordedEvent[]): Promise<void> {
    const decided: Decided[] = [];
    this.unsent = true;
    for (const event of events) {
      for (const evaluation of this.evaluations) {
        if (evaluation.wants(event)) decided.push(...evaluation.take(upcastEvent(event)));
        evaluation.passed(event.position);
      }
    }
    await this.send(decided);
    await untilDone('notifications', this.stopping.signal, this.settings.logger, () => this.notifier.take(events));
    this.unsent = false;
    const last = events.at(-1)!;
    this.position = last.position;
    this.recordedAt = Math.max(this.recordedAt, last.metadata.recordedAt);
    this.counts.events += events.length;
    if (performance.now() - this.savedAt >= this.saveEveryMs) await this.save();
  }

  /** Silence: of a time of which all that was recorded has been seen, also while there is ever more to come. */
  private async tick(): Promise<void> {
    if (this.unsent) return;
    const { now, graceMs = GRACE_MS } = this.settings;
    const time = now();
    const isCaughtUp = this.position >= (await this.ports.log.head());
    const until = (isCaughtUp ? time : this.recordedAt) - graceMs;
    this.unsent = true;
    await this.send(this.evaluations.flatMap((evaluation) => evaluation.advance(until)));
    this.unsent = false;
    if (performance.now() - this.savedAt >= this.saveEveryMs) await this.save();
  }

  private async send(decided: readonly Decided[]): Promise<void> {
    if (decided.length === 0) return;
    const { logger, now } = this.settings;
    await untilDone('commands', this.stopping.signal, logger, () => sendDecided(this.ports.commands, decided, now));
    for (const { transition } of decided) this.counts[transition.kind]++;
  }

  private async save(): Promise<void> {
    if (this.unsent) return;
    const began = performance.now();
    for (const evaluation of this.evaluations) await evaluation.save();
    await this.notifier.save(this.position);
    this.savedAt = performance.now();
    this.saveEveryMs = Math.max(SAVE_EVERY_MS, (this.savedAt - began) * SAVE_SHARE);
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const next = this.turn.then(work);
    this.turn = next.catch(() => undefined);
    return next;
  }
}
