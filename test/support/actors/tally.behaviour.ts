/** A toy entity for the runtime's tests: it adds up amounts, remembers commands that carry a hash, and misbehaves on request. */
import type { CommandEnvelope, JsonObject, RecordedEvent } from '#contracts';
import type { AnyBehaviour, Behaviour } from '#actors';
import { accept, reject, repeat, type Decision, type Happened, type Told } from '#domain';

export type TallyOrder =
  | { op: 'add'; amount: number }
  /** Two events at once. */
  | { op: 'add-twice'; amount: number }
  | { op: 'look' }
  /** Adds only what keeps the total at or below the limit. */
  | { op: 'add-up-to'; amount: number; limit: number }
  | { op: 'throw' }
  /** An event that cannot be folded any more once it is in the log. */
  | { op: 'poison-history' }
  /** Ends the thread at once. */
  | { op: 'exit' }
  /** Never comes to an end. */
  | { op: 'hang' }
  /** Ends the thread a moment later, when other commands run. */
  | { op: 'throw-later' };

interface TallyState {
  total: number;
  seen: Record<string, number>;
}
interface Added {
  type: 'Added' | 'Poisoned';
  data: { amount: number; total: number };
}
interface TallyCommand {
  type: string;
  order: TallyOrder;
}

export function tallyCommand(entity: string, order: TallyOrder, more: Partial<CommandEnvelope> = {}): CommandEnvelope {
  const commandId = more.commandId ?? `c${nextCommand++}`;
  return {
    type: 'Tally' as CommandEnvelope['type'],
    stream: `tally-${entity}`,
    data: order as unknown as CommandEnvelope['data'],
    commandId,
    accountId: 'a1',
    correlationId: commandId,
    receivedAt: Date.now(),
    ...more,
  };
}
let nextCommand = 1;

export function tallyBehaviour(snapshotVersion = 1): AnyBehaviour {
  const behaviour: Behaviour<TallyState, TallyCommand, Added> = {
    category: 'tally',
    decider: { initial: { total: 0, seen: {} }, decide, evolve },
    snapshotVersion,
    freeze: (state) => state,
    thaw: (frozen) => frozen as TallyState,
    read: ({ data, body }) => {
      if (body && Buffer.from(body).toString() === 'unreadable') return { code: 'request.bad-json', message: 'unreadable' };
      return { type: 'Tally', order: data as unknown as TallyOrder };
    },
    eventVersion: () => 1,
    upcast: (event) => event,
    answer,
  };
  return behaviour;
}

function decide(state: TallyState, { command, commandId, bodyHash }: Told<TallyCommand>): Decision<Added> {
  const before = bodyHash === undefined ? undefined : state.seen[commandId];
  if (before !== undefined) return repeat(before);
  const { order } = command;
  switch (order.op) {
    case 'add':
      return accept(added(state, order.amount));
    case 'add-twice':
      return accept(added(state, order.amount), added({ ...state, total: state.total + order.amount }, order.amount));
    case 'add-up-to':
      if (state.total + order.amount > order.limit) return reject('reading.above-max', `${state.total} is enough`);
      return accept(added(state, order.amount));
    case 'look':
      return accept();
    case 'throw':
      throw new Error('a bug in the entity');
    case 'poison-history':
      return accept({ type: 'Poisoned', data: { amount: 0, total: state.total } });
    case 'exit':
      return process.exit(1);
    case 'hang':
      for (;;);
    case 'throw-later':
      // Outside every try: it takes the thread with it. The command is not answered before that.
      setImmediate(() => {
        throw new Error('a bug outside the entity');
      });
      return accept(added(state, 0));
  }
}

const added = ({ total }: TallyState, amount: number): Added => ({ type: 'Added', data: { amount, total: total + amount } });

function evolve(state: TallyState, { event, commandId, bodyHash, revision }: Happened<Added>): TallyState {
  // Folds once, when it is decided; not when it is read back.
  if (event.type === 'Poisoned' && 'position' in event) throw new Error('history cannot be folded');
  const seen = bodyHash === undefined || commandId in state.seen ? state.seen : { ...state.seen, [commandId]: revision };
  return { total: state.total + event.data.amount, seen };
}

function answer(_: CommandEnvelope, events: RecordedEvent[], state: TallyState): JsonObject {
  const last = events.at(-1)?.data as unknown as Added['data'] | undefined;
  return { total: last?.total ?? state.total, revision: events[0]?.revision ?? -1, events: events.length };
}
