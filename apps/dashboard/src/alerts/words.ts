/** Rules and alerts in the words of the page. */
import type { AlertCondition, AlertRule, AlertSchedule, AlertView, ClearReason, Comparison, CompareSide } from '#contracts';
import { formatNumber } from '../ui/number-text.js';
import type { PartWords, Words } from './part-words.js';

export const OPS: Record<Comparison, string> = { '>': '>', '>=': '≥', '<': '<', '<=': '≤' };

/** What ends a condition whose hysteresis is at a bound. */
const OPPOSITE: Record<Comparison, string> = { '>': '≤', '>=': '<', '<': '≥', '<=': '>' };

const NO_WORDS: Words = new Map();

/** `temperature > 30, until ≤ 28`; `Temperature > 30 °C` with the words of a schema. */
export function conditionText(condition: AlertCondition, words = NO_WORDS): string {
  const { label, unit } = wordsOfField('field' in condition ? condition.field : undefined, words);
  switch (condition.type) {
    case 'threshold': {
      const { op, value, clear } = condition;
      const until = clear === undefined || clear === value ? '' : `, until ${OPPOSITE[op]} ${quantity(clear, unit)}`;
      return `${label} ${OPS[op]} ${quantity(value, unit)}${until}`;
    }
    case 'range':
      return `${label} ${outsideText(condition, unit)}`;
    case 'rate':
      return `${label} changes by ${OPS[condition.op]} ${quantity(condition.value, unit)} per ${lengthText(condition.per)}`;
    case 'geofence':
      return `${label} ${condition.when} an area of ${condition.polygon.length} corners`;
    case 'no-data':
      return `nothing ${condition.field === undefined ? 'arrives' : `of ${label}`} for ${lengthText(condition.within)}`;
    case 'anomaly':
      return `${label} is unusual, score ≥ ${formatNumber(condition.score)}`;
    case 'forecast':
      return `${label} is going to be ${OPS[condition.op]} ${quantity(condition.value, unit)} within ${lengthText(condition.within)}`;
    case 'compare': {
      const { left, op, right, offset = 0 } = condition;
      const leftUnit = words.get(sideName(left))?.unit ?? '';
      const more = offset === 0 ? '' : ` ${offset < 0 ? '−' : '+'} ${quantity(Math.abs(offset), leftUnit)}`;
      return `${sideText(left, words)} ${OPS[op]} ${sideText(right, words)}${more}`;
    }
    case 'all':
    case 'any':
      return condition.of.map((each) => nested(each, words)).join(condition.type === 'all' ? ' and ' : ' or ');
  }
}

const nested = (condition: AlertCondition, words: Words): string =>
  (condition.type === 'all' || condition.type === 'any') && condition.of.length > 1
    ? `(${conditionText(condition, words)})`
    : conditionText(condition, words);

const wordsOfField = (field: string | undefined, words: Words): PartWords => words.get(field ?? '') ?? { label: field ?? '', unit: '' };

export function outsideText({ min, max }: { min?: number; max?: number }, unit: string): string {
  if (min !== undefined && max !== undefined) return `outside ${formatNumber(min)} to ${quantity(max, unit)}`;
  return min !== undefined ? `below ${quantity(min, unit)}` : `above ${quantity(max, unit)}`;
}

/** `30 °C` */
export const quantity = (value: number | undefined, unit: string): string => `${formatNumber(value)}${unit && ` ${unit}`}`;

const sideName = ({ deviceId, field }: CompareSide): string => (deviceId === undefined ? field : `${deviceId} ${field}`);

const sideText = (side: CompareSide, words: Words): string =>
  words.get(sideName(side))?.label ?? (side.deviceId === undefined ? side.field : `${side.field} of ${side.deviceId}`);

const UNITS: Record<string, string> = { ms: 'ms', s: 's', m: 'min', h: 'h', d: 'd', w: 'weeks' };

/** `5m` → `5 min`. */
export function lengthText(duration: string): string {
  const [, count, unit = ''] = /^(\d+)(\D+)$/.exec(duration) ?? [];
  return count && UNITS[unit] ? `${count} ${count === '1' && unit === 'w' ? 'week' : UNITS[unit]}` : duration;
}

const SHOWN = 3;

/** `Seattle, Oslo and those tagged site: north`. */
export function devicesText({ deviceIds, tags }: AlertRule['devices'], nameOf = (deviceId: string): string => deviceId): string {
  const pairs = Object.entries(tags ?? {}).map(([name, value]) => `${name}: ${value}`);
  const listed = deviceIds?.slice(0, SHOWN).map((deviceId) => nameOf(deviceId)) ?? [];
  const more = (deviceIds?.length ?? 0) - listed.length;
  const parts = [
    listed.length > 0 && `${listed.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    pairs.length > 0 && `${listed.length > 0 ? 'those ' : 'devices '}tagged ${pairs.join(', ')}`,
  ].filter(Boolean);
  return parts.length === 0 ? 'all devices' : parts.join(', and ');
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
export const DAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export function scheduleText({ tz, days, from, to }: AlertSchedule): string {
  const on = days.length === 7 ? 'every day' : days.map((day) => DAYS[day - 1]).join(' ');
  return `${on} ${from} – ${to} (${tz})`;
}

/** What else a rule says, a line. */
export function timingText(rule: AlertRule): string[] {
  return [
    rule.for && `for ${lengthText(rule.for)}`,
    rule.keepFiringFor && `cleared after ${lengthText(rule.keepFiringFor)}`,
    rule.schedule && scheduleText(rule.schedule),
  ].filter((part) => part !== undefined && part !== '') as string[];
}

const REASONS: Record<ClearReason, string> = {
  recovered: 'the condition no longer held',
  'rule-changed': 'the rule was edited',
  'rule-retired': 'the rule was retired',
  'device-retired': 'the device was retired',
  'device-left': 'the rule no longer looks at the device',
};
export const reasonText = (reason: ClearReason | undefined): string => (reason ? REASONS[reason] : 'it ended');

/** `firing for 5 min`, `fired for 2 h 10 min`; a clock that runs ahead raises alerts of times to come. */
export function firedText({ state, raisedAt, clearedAt }: Pick<AlertView, 'state' | 'raisedAt' | 'clearedAt'>, now: number): string {
  const ms = (clearedAt ? Date.parse(clearedAt) : now) - Date.parse(raisedAt);
  const word = state === 'firing' ? 'firing' : 'fired';
  return ms < 1_000 ? word : `${word} for ${spanText(ms)}`;
}

/** Two units where the first alone says too little: `4 h 20 min`. */
export function spanText(ms: number): string {
  const steps: [number, string][] = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
  ];
  const at = steps.findIndex(([step]) => ms >= step);
  if (at < 0) return `${Math.round(ms)} ms`;
  const [step, unit] = steps[at] as [number, string];
  const [less, lesser] = steps[at + 1] ?? [1, ''];
  const rest = Math.floor((ms % step) / less);
  return `${Math.floor(ms / step)} ${unit}${lesser && rest > 0 ? ` ${rest} ${lesser}` : ''}`;
}
