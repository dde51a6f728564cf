/** The states of a rule with one device, and what moves it from one to another: the table in docs/reference/alerts.md. */
import type { AlertPhase, AlertRule, TransitionPlace } from '#contracts';
import { durationMs } from '../duration.js';

/** Plain JSON. Times by the rule's clock. */
export interface MachineState {
  phase: AlertPhase;
  /** Since when it is in this phase. */
  since: number;
  /** When the condition of the alert that fires began to hold. */
  held: number;
  /** Where the alert that fires was raised. */
  raised: TransitionPlace | null;
  /** The latest times at which it was raised, as many as the guard against flapping looks at. */
  raises: number[];
}

export type Moved = 'raised' | 'cleared' | undefined;

export interface Machine {
  initial(): MachineState;
  /** At this time the condition holds, or does not. */
  step(state: MachineState, holds: boolean, time: number, place: TransitionPlace): Moved;
  /** For how long the condition must not hold before the alert is cleared. */
  holdMs(state: MachineState): number;
  forMs: number;
  /** Nothing that was before can matter any more. */
  isSettled(state: MachineState, time: number): boolean;
}

export function createMachine(rule: AlertRule): Machine {
  const forMs = rule.for === undefined ? 0 : durationMs(rule.for);
  const keepMs = rule.keepFiringFor === undefined ? 0 : durationMs(rule.keepFiringFor);
  const flapping = rule.flapping && { changes: rule.flapping.changes, withinMs: durationMs(rule.flapping.within) };

  const holdMs = ({ raises }: MachineState): number => {
    if (!flapping || raises.length < flapping.changes) return keepMs;
    return raises.at(-1)! - raises[0]! <= flapping.withinMs ? Math.max(keepMs, flapping.withinMs) : keepMs;
  };
  const enter = (state: MachineState, phase: AlertPhase, time: number): undefined => {
    state.phase = phase;
    state.since = time;
  };
  const raise = (state: MachineState, time: number, place: TransitionPlace): Moved => {
    enter(state, 'firing', time);
    state.raised = place;
    if (flapping) state.raises = [...state.raises, time].slice(-flapping.changes);
    return 'raised';
  };
  const clear = (state: MachineState, time: number): Moved => {
    enter(state, 'ok', time);
    return 'cleared';
  };
  const whenQuiet = (state: MachineState, holds: boolean, time: number, place: TransitionPlace): Moved => {
    if (!holds) return state.phase === 'ok' ? undefined : enter(state, 'ok', time);
    state.held = time;
    return forMs === 0 ? raise(state, time, place) : enter(state, 'pending', time);
  };

  return {
    forMs,
    holdMs,
    isSettled: ({ phase, raises }, time) =>
      phase === 'ok' && (!flapping || raises.length === 0 || time - raises.at(-1)! > flapping.withinMs),
    initial: () => ({ phase: 'no-data', since: 0, held: 0, raised: null, raises: [] }),
    step(state, holds, time, place) {
      switch (state.phase) {
        case 'no-data':
        case 'ok':
          return whenQuiet(state, holds, time, place);
        case 'pending':
          if (!holds) return enter(state, 'ok', time);
          return time - state.since >= forMs ? raise(state, time, place) : undefined;
        case 'firing':
          if (holds) return undefined;
          return holdMs(state) === 0 ? clear(state, time) : enter(state, 'recovering', time);
        case 'recovering':
          if (holds) return enter(state, 'firing', time);
          return time - state.since >= holdMs(state) ? clear(state, time) : undefined;
        default:
          return state.phase satisfies never;
      }
    },
  };
}
