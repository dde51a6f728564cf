/**
 * All detectors together, without anything to set. What is surprising to several of them at once adds up, in decades; each is calibrated against the
 * series' own past, so a sum means the same in every series. What goes on after it was first told is told again only if it gets stronger; and what comes again
 * and again, as strong as before, says less each time.
 */
import type { Detector, Options } from './detector.js';
import { drift } from './drift.js';
import { flatLine } from './flat-line.js';
import { level } from './level.js';
import { seasonalResidual } from './seasonal-residual.js';
import { silence } from './silence.js';
import { spike } from './spike.js';
import { spread } from './spread.js';
import { stepChange } from './step-change.js';

export interface EnsembleState {
  readings: number;
  members: object[];
  /** Of the latest reading, by member. */
  strengths: number[];
  /** Of all values together, and of each member that speaks alone. */
  voices: Voice[];
}

/** What one voice has told. */
interface Voice {
  /** The strongest of the last readings, and for how many more readings it stands. */
  strongest: number;
  rest: number;
  /** The strengths of the last times. */
  told: number[];
}

const MEMBERS: readonly Detector[] = [
  level,
  spike,
  spread,
  seasonalResidual,
  stepChange,
  drift,
  flatLine,
  silence,
] as unknown as Detector[];
/** The first ones look at the same values in ways that agree only if there is something: their strengths add up. */
const ADDING = 5;
/** These, and all after, also speak alone: what they see lasts, and the newest value need not be remarkable. */
const ALONE = 4;
/** They go on growing as long as it lasts; this many times its limit, it is told. */
const ALONE_MAX = 1.5;
/** Before, what is usual is not well known, and strengths count for less. */
const LEARNING = 200;
/** What was told stands for a twentieth of the readings so far, within bounds. */
const REST_SHARE = 1 / 20;
const REST_MIN = 30;
const REST_MAX = 150;
/** As strong as this is worth remembering; this much of it is about as strong; each doubling of the times it came wears it off. */
const TOLD_FROM = 4;
const TOLD_LIKE = 0.6;
const TOLD_MAX = 32;
const WEAR = 0.35;

export const ensemble: Detector<EnsembleState> = {
  name: 'ensemble',
  limit: 5.2,
  initial: () => ({
    readings: 0,
    members: MEMBERS.map((member) => member.initial()),
    strengths: MEMBERS.map(() => 0),
    voices: Array.from({ length: 1 + MEMBERS.length - ALONE }, () => ({ strongest: 0, rest: 0, told: [] })),
  }),
  step: (state, time, value, options) => stepEnsemble(state, time, value, options),
  why(state, origin) {
    const shares = state.strengths.map((strength, at) => strength / MEMBERS[at]!.limit);
    const at = shares.indexOf(Math.max(...shares));
    return `${MEMBERS[at]!.name}: ${MEMBERS[at]!.why(state.members[at]!, origin)}`;
  },
};

/** `added`: how surprised somebody is who is not among the members, in decades. */
export function stepEnsemble(state: EnsembleState, time: number, value: number, options: Options & { added?: number }): number {
  const { members, strengths, voices } = state;
  const known = Math.min(++state.readings / LEARNING, 1);
  const rest = Math.floor(Math.max(REST_MIN, Math.min(REST_MAX, state.readings * REST_SHARE)));
  let sum = options.added ?? 0;
  let loudest = 0;
  for (let i = 0; i < MEMBERS.length; i++) {
    const strength = (strengths[i] = MEMBERS[i]!.step(members[i]!, time, value, options));
    if (i < ADDING) sum += strength;
    if (i < ALONE) continue;
    const share = Math.min(strength / MEMBERS[i]!.limit, ALONE_MAX) * known;
    loudest = Math.max(loudest, speak(voices[1 + i - ALONE]!, share * ensemble.limit, rest));
  }
  return Math.max(loudest, speak(voices[0]!, sum * known, rest));
}

/** Nothing, where the same was just told as strongly; less, where it was told often. */
function speak(voice: Voice, strength: number, rest: number): number {
  if (voice.rest === 0) voice.strongest = 0;
  else voice.rest--;
  if (strength <= voice.strongest) return 0;
  voice.strongest = strength;
  voice.rest = rest;
  return strength < TOLD_FROM ? strength : worn(voice.told, strength);
}

function worn(told: number[], strength: number): number {
  let alike = 0;
  for (const before of told) if (before >= TOLD_LIKE * strength) alike++;
  told.push(strength);
  if (told.length > TOLD_MAX) told.shift();
  return strength / (1 + WEAR * Math.log2(1 + alike));
}
