/** The conditions on values, each as a leaf. Those on trends and silence are beside. */
import type { CompareCondition, Comparison, GeofenceCondition, RangeCondition, ThresholdCondition } from '#contracts';
import { forecast } from './forecast-leaf.js';
import { compares, nameOf, shown, type EvaluationTools, type Extremes, type Leaf, type LeafCondition, type LeafState } from './leaf.js';
import { rate } from './rate-leaf.js';
import { silence } from './silence-leaf.js';

export function compileLeaf(condition: LeafCondition, { anomalies }: EvaluationTools): Leaf {
  switch (condition.type) {
    case 'threshold':
      return threshold(condition);
    case 'range':
      return range(condition);
    case 'rate':
      return rate(condition) as Leaf;
    case 'geofence':
      return geofence(condition);
    case 'no-data':
      return silence(condition) as Leaf;
    case 'anomaly':
      return anomaly(condition.field, condition.score, anomalies) as Leaf;
    case 'forecast':
      return forecast(condition) as Leaf;
    case 'compare':
      return compare(condition);
    default:
      return condition satisfies never;
  }
}

const initial = (): LeafState => ({ h: false });

/** Of a leaf with one input that holds or not by the value and whether it held before, one way as values rise. */
function byValue(
  field: string,
  quiet: Extremes,
  holds: (value: number, held: boolean) => boolean,
  cause: (value: number | null) => string,
): Leaf {
  return {
    inputs: [{ field }],
    quiet,
    initial,
    cause: (_, [value]) => cause(value!),
    step(state, values) {
      state.h = holds(values[0]!, state.h);
    },
    // Where both extremes agree with it, so does all between, unless the range lies between them: then `min` or `max` tells.
    stays: ({ h }, { min, max }) => holds(min, h) === h && holds(max, h) === h,
  };
}

function threshold({ field, op, value, clear = value }: ThresholdCondition): Leaf {
  return byValue(
    field,
    quietFor(op, value),
    (seen, held) => compares(op, seen, held ? clear : value),
    (seen) => `${field} = ${shown(seen)} (${op} ${value})`,
  );
}

function quietFor(op: Comparison, value: number): Extremes {
  switch (op) {
    case '>':
      return { min: -Infinity, max: value };
    case '>=':
      return { min: -Infinity, max: -nextAbove(-value) };
    case '<':
      return { min: value, max: Infinity };
    case '<=':
      return { min: nextAbove(value), max: Infinity };
    default:
      return op satisfies never;
  }
}

/** The least number that is greater. */
function nextAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const bits = new BigInt64Array(Float64Array.of(value).buffer);
  bits[0]! += value > 0 ? 1n : -1n;
  return new Float64Array(bits.buffer)[0]!;
}

function range({ field, min = -Infinity, max = Infinity, hysteresis = 0 }: RangeCondition): Leaf {
  const leaf = byValue(
    field,
    { min, max },
    (seen, held) => (held ? seen < min + hysteresis || seen > max - hysteresis : seen < min || seen > max),
    (seen) => `${field} = ${shown(seen)} (outside ${min === -Infinity ? '…' : min} to ${max === Infinity ? '…' : max})`,
  );
  // Outside at both ends, values may have been inside between.
  return { ...leaf, stays: (state, summary) => !state.h && leaf.stays!(state, summary) };
}

function geofence({ field, polygon, when }: GeofenceCondition): Leaf {
  const isInside = insideOf(polygon);
  return {
    inputs: [{ field: `${field}.lat` }, { field: `${field}.lon` }],
    initial,
    cause: (_, [lat, lon]) => `${field} = ${shown(lat!)}, ${shown(lon!)} (${when})`,
    step(state, [lat, lon]) {
      if (lat !== null && lon !== null) state.h = isInside(lat!, lon!) === (when === 'inside');
    },
  };
}

/** Even-odd rule: a ray eastwards crosses the ring an odd number of times. In columns, since a batch asks this ten thousand times. */
function insideOf(polygon: readonly (readonly [number, number])[]): (lat: number, lon: number) => boolean {
  const lats = Float64Array.from(polygon, ([lat]) => lat);
  const lons = Float64Array.from(polygon, ([, lon]) => lon);
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  return (lat, lon) => {
    if (lat < south || lat > north) return false;
    let inside = false;
    for (let i = 0, j = lats.length - 1; i < lats.length; j = i++) {
      const latA = lats[i]!;
      const latB = lats[j]!;
      if (latA > lat !== latB > lat && lon < ((lons[j]! - lons[i]!) * (lat - latA)) / (latB - latA) + lons[i]!) inside = !inside;
    }
    return inside;
  };
}

function compare({ left, op, right, offset = 0 }: CompareCondition): Leaf {
  const plus = offset === 0 ? '' : ` ${offset < 0 ? '−' : '+'} ${Math.abs(offset)}`;
  return {
    inputs: [left, right],
    initial,
    cause: (_, [a, b]) => `${nameOf(left)} = ${shown(a!)}, ${nameOf(right)} = ${shown(b!)} (${op}${plus})`,
    step(state, [a, b]) {
      state.h = a !== null && b !== null && compares(op, a!, b! + offset);
    },
  };
}

function anomaly(field: string, score: number, scorer: EvaluationTools['anomalies']): Leaf<LeafState & { s: unknown; score: number }> {
  return {
    inputs: [{ field }],
    initial: () => ({ h: false, s: scorer.initial(), score: 0 }),
    cause: (state, [value]) => `${field} = ${shown(value!)} (anomaly score ${shown(state.score)})`,
    step(state, [value], time) {
      const next = scorer.step(state.s, time, value!);
      state.s = next.state;
      state.score = Number.isFinite(next.score) ? next.score : 0;
      state.h = state.score >= score;
    },
  };
}
