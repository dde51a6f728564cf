/** After the death of a shard's thread: which of the commands it held are sent again, which are tried alone, and which are parked. Pure. */
import type { CommandAnswer, CommandEnvelope } from '#contracts';

/** A command the supervisor holds until it is answered. */
export interface Held {
  readonly envelope: CommandEnvelope;
  /** Of its last sending … */
  ticket: number;
  /** … and which sending that was. */
  order: number;
  readonly resolve: (answer: CommandAnswer) => void;
  /** It was with a thread that died: it may be in the log. */
  retried: boolean;
  /** Deaths it was present at, and nobody was found guilty. */
  crashes: number;
  /** Deaths that were its doing. */
  blame: number;
}

export interface Crash {
  /** All that the thread had not answered. */
  held: Held[];
  /** The command whose code ran at the moment of death. */
  deciding: number | undefined;
  /** The group that was being tried alone. */
  alone: Held[] | undefined;
}

export interface Verdict {
  /** Sent again at once, together. */
  again: Held[];
  /** Sent again one group after the other, with nothing beside it. */
  alone: Held[][];
  /** Found guilty; tried alone or parked, by how often. */
  culprit: Held | undefined;
}

/** Who was present at one death may be unlucky; who was at two is tried by entity, then command by command. */
export function judge({ held, deciding, alone }: Crash): Verdict {
  const culprit = held.find((command) => command.ticket === deciding) ?? onlyOne(alone) ?? onlyOne(held);
  if (culprit) {
    culprit.blame++;
    return { again: held.filter((command) => command !== culprit && !alone?.includes(command)), alone: rest(alone, culprit), culprit };
  }
  for (const command of held) command.crashes++;
  if (alone) {
    const again = held.filter((command) => !alone.includes(command));
    return { again, alone: alone.map((command) => [command]), culprit };
  }
  const suspects = held.filter((command) => command.crashes > 1);
  return { again: held.filter((command) => command.crashes <= 1), alone: byStream(suspects), culprit };
}

const onlyOne = (commands: Held[] | undefined): Held | undefined => (commands?.length === 1 ? commands[0] : undefined);

/** What else was in the group of the culprit goes on as a group. */
function rest(alone: Held[] | undefined, culprit: Held): Held[][] {
  const others = alone?.filter((command) => command !== culprit) ?? [];
  return others.length > 0 ? [others] : [];
}

function byStream(commands: Held[]): Held[][] {
  const groups = new Map<string, Held[]>();
  for (const command of commands) {
    const group = groups.get(command.envelope.stream);
    if (group) group.push(command);
    else groups.set(command.envelope.stream, [command]);
  }
  return [...groups.values()];
}
