/**
 * All detectors together, without anything to set. What is surprising to several of them at once adds up, in decades; each is calibrated against the
 * series' own past, so a sum means the same in every series. What goes on after it was first told is told again only if it gets stronger; and what comes again
 * and again, as strong as before, says less each time.
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
  readings: number;
  /** How strong it was the last times that something was told. */
  told: number[];
}

/** Whose strengths add up: they look at the same values. */
const VALUES: readonly Detector[] = [level, spike, stepChange, spread, seasonalResidual] as unknown as Detector[];
/** Who speaks alone, in shares of the own limit. */
const ALONE: readonly Detector[] = [flatLine, silence] as unknown as Detector[];
/** They go on growing as long as it lasts; this strong, it is told. */
const ALONE_MAX = 1.5;
const MEMBERS = [...VALUES, ...ALONE];
/** Before, what is usual is not well known, and strengths count for less. */
const LEARNING = 200;
/** What was told stands for a twentieth of the readings so far, within bounds. */
const REST_SHARE = 1 / 20;
const REST_MIN = 30;
const REST_MAX = 150;
/** As strong as this is worth remembering; this much of it is about as strong; each doubling of the times it came makes it a quarter smaller. */
const TOLD_FROM = 4;
const TOLD_LIKE = 0.7;
const TOLD_MAX = 32;
const WEAR = 0.25;

export const ensemble: Detector<State> = {
  name: 'ensemble',
  limit: 6.5,
  initial: () => ({
    ...{ members: MEMBERS.map((member) => member.initial()), strengths: MEMBERS.map(() => 0) },
    ...{ strongest: 0, rest: 0, readings: 0, told: [] },
  }),
  step(state, time, value, options) {
    state.readings++;
    const strength = together(state, time, value, options) * Math.min(state.readings / LEARNING, 1);
    if (state.rest === 0) state.strongest = 0;
    else state.rest--;
    if (strength <= state.strongest) return 0;
    state.strongest = strength;
    state.rest = Math.floor(Math.max(REST_MIN, Math.min(REST_MAX, state.readings * REST_SHARE)));
    return strength < TOLD_FROM ? strength : worn(state.told, strength);
  },
  why(state, origin) {
    const shares = state.strengths.map((strength, at) => strength / MEMBERS[at]!.limit);
    const at = shares.indexOf(Math.max(...shares));
    return `${MEMBERS[at]!.name}: ${MEMBERS[at]!.why(state.members[at]!, origin)}`;
  },
};

function worn(told: number[], strength: number): number {
  let alike = 0;
  for (const before of told) if (before >= TOLD_LIKE * strength) alike++;
  told.push(strength);
  if (told.length > TOLD_MAX) told.shift();
  return strength / (1 + WEAR * Math.log2(1 + alike));
}

function together(state: State, time: number, value: number, options: Options): number {
  const { members, strengths } = state;
  let sum = 0;
  for (let i = 0; i < VALUES.length; i++) sum += strengths[i] = VALUES[i]!.step(members[i]!, time, value, options);
  for (let i = VALUES.length; i < MEMBERS.length; i++) {
    const strength = (strengths[i] = MEMBERS[i]!.step(members[i]!, time, value, options));
    sum = Math.max(sum, Math.min(strength / MEMBERS[i]!.limit, ALONE_MAX) * ensemble.limit);
  }
  return sum;
}
