/** Runs one shard on a worker thread. An application's worker file calls this with its behaviours and the way to its log. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { CommandAnswer } from '#contracts';
import type { EventLog } from '#ports';
import type { AnyBehaviour, ParkingLot } from './behaviour.js';
import { plainError, refusal } from './delivery.js';
import { decodeCommands, type Addressed, type FromShard, type ShardWorkerData, type ToShard } from './hosts/wire.js';
import { ShardRuntime } from './shard-runtime.js';
import { ShardStats } from './shard-stats.js';
import type { TurnWatch } from './turn-watch.js';

export interface ShardWorkerOptions {
  /** Both get what the host's `workerData` gave for this thread. */
  behaviours(data: unknown): AnyBehaviour[];
  openLog(data: unknown): EventLog | Promise<EventLog>;
  /** Where turns are traced. */
  openWatch?(data: unknown): Promise<TurnWatch | undefined>;
}

/** On a thread of its own. */
export async function runShardWorker(options: ShardWorkerOptions): Promise<void> {
  if (!parentPort) throw new Error('A shard worker is started by openWorkerThreadHost, not by itself.');
  await runShard(parentPort, workerData as ShardWorkerData, options);
}

/** On whichever thread this is; `port` leads to its supervisor. */
export async function runShard(
  port: MessagePort,
  { stats, limits, writerEpoch, app }: ShardWorkerData,
  { behaviours, openLog, openWatch }: ShardWorkerOptions,
): Promise<void> {
  const [log, watch] = await Promise.all([openLog(app), openWatch?.(app)]);
  const parking = new RemoteParkingLot(port);
  const answers = new AnswerOutbox(port);
  const runtime = new ShardRuntime({
    behaviours: behaviours(app),
    log,
    limits,
    writerEpoch,
    parkingLot: parking,
    stats: new ShardStats(stats),
    watch,
  });
  const tell = ({ ticket, retried, envelope }: Addressed): void =>
    runtime.tell({ ticket, retried, envelope, tries: 0, reply: (answer) => answers.put(ticket, answer) });

  port.on('message', (message: ToShard) => {
    switch (message.kind) {
      case 'commands':
        return decodeCommands(message, tell);
      case 'parked':
        return parking.settled(message);
      case 'stop':
        void stop();
    }
  });
  const stop = async (): Promise<void> => {
    await runtime.stop();
    answers.flush();
    await Promise.all([log.close(), watch?.close()]);
    port.postMessage({ kind: 'stopped' } satisfies FromShard);
  };
  port.postMessage({ kind: 'ready' } satisfies FromShard);
}

/** Answers that come together go in one message. */
class AnswerOutbox {
  private waiting: unknown[] = [];

  constructor(private readonly port: MessagePort) {}

  put(ticket: number, answer: CommandAnswer): void {
    // After all that waited for the same commit, and before the next command is looked at.
    if (this.waiting.length === 0) process.nextTick(() => this.flush());
    this.waiting.push(ticket, answer);
  }

  flush(): void {
    if (this.waiting.length === 0) return;
    const answers = this.waiting;
    this.waiting = [];
    try {
      this.port.postMessage({ kind: 'answers', answers } satisfies FromShard);
    } catch {
      for (let i = 0; i < answers.length; i += 2) this.postOne(answers[i] as number, answers[i + 1] as CommandAnswer);
    }
  }

  /** An answer that is not plain data must not keep the others from crossing. */
  private postOne(ticket: number, answer: CommandAnswer): void {
    try {
      this.port.postMessage({ kind: 'answers', answers: [ticket, answer] } satisfies FromShard);
    } catch (error) {
      const defect = refusal('defect', `The answer cannot cross threads: ${plainError(error).message}`);
      this.port.postMessage({ kind: 'answers', answers: [ticket, defect] } satisfies FromShard);
    }
  }
}

/** The supervisor's thread parks: a shard's has no views to write to. */
class RemoteParkingLot implements ParkingLot {
  private readonly waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  private nextId = 1;

  constructor(private readonly port: MessagePort) {}

  park(command: Parameters<ParkingLot['park']>[0]): Promise<void> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.port.postMessage({ kind: 'park', id, command } satisfies FromShard);
    });
  }

  settled({ id, error }: Extract<ToShard, { kind: 'parked' }>): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) waiting?.resolve();
    else waiting?.reject(new Error(error));
  }
}
