/**
 * All detectors together, without anything to set. What is surprising to several of them at once adds up, in decades; each is calibrated against the
 * series' own past, so a sum means the same in every series. What goes on after it was first told is told again only if it gets stronger.
 */
import type { Detector, Options } from './detector.js';
import { flatLine } from './flat-line.js';
import { level } from './level.js';
import { seasonalResidual } from './seasonal-residual.js';
import { silence } from './silence.js';
import { spike } from './spike.js';
import { spread } from './spread.js';
import { stepChange } from './step-change.js';

interface State {
  members: object[];
  /** Of the latest reading, by member. */
  strengths: number[];
  /** The strongest of the last readings, and how many more it stands for. */
  strongest: number;
  rest: number;
}

/** Whose strengths add up: they look at the same values. */
const VALUES: readonly Detector[] = [level, spike, stepChange, spread, seasonalResidual] as unknown as Detector[];
/** Who speaks alone, in shares of the own limit. */
const ALONE: readonly Detector[] = [flatLine, silence] as unknown as Detector[];
const MEMBERS = [...VALUES, ...ALONE];
/** Readings for which what was told stands. */
const REST = 100;

export const ensemble: Detector<State> = {
  name: 'ensemble',
  limit: 11,
  initial: () => ({ members: MEMBERS.map((member) => member.initial()), strengths: MEMBERS.map(() => 0), strongest: 0, rest: 0 }),
  step(state, time, value, options) {
    const strength = together(state, time, value, options);
    if (state.rest === 0) state.strongest = 0;
    else state.rest--;
    if (strength <= state.strongest) return 0;
    state.strongest = strength;
    state.rest = REST;
    return strength;
  },
  why(state, origin) {
    const shares = state.strengths.map((strength, at) => strength / MEMBERS[at]!.limit);
    const at = shares.indexOf(Math.max(...shares));
    return `${MEMBERS[at]!.name}: ${MEMBERS[at]!.why(state.members[at]!, origin)}`;
  },
};

function together(state: State, time: number, value: number, options: Options): number {
  const { members, strengths } = state;
  let sum = 0;
  for (let i = 0; i < VALUES.length; i++) sum += strengths[i] = VALUES[i]!.step(members[i]!, time, value, options);
  for (let i = VALUES.length; i < MEMBERS.length; i++) {
    const strength = (strengths[i] = MEMBERS[i]!.step(members[i]!, time, value, options));
    sum = Math.max(sum, (strength / MEMBERS[i]!.limit) * ensemble.limit);
  }
  return sum;
}
