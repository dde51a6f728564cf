/** A rule as it stands in the editor, the rule it becomes, and what is wrong with it by the api's own paths. */
import type { AlertCondition, AlertRule, AlertSchedule, NotifyTarget, Severity } from '#contracts';
import { ProblemError } from '../../api/http.js';
import { conditionText } from '../words.js';
import {
  draftOfCondition,
  isLength,
  LENGTH,
  NEEDED,
  newCondition,
  numberIn,
  readCondition,
  type ConditionDraft,
  type Wrong,
} from './condition-draft.js';

export interface TargetDraft {
  key: string;
  type: NotifyTarget['type'];
  /** A URL or an address. */
  to: string;
  /** Empty: one is made. Of a saved target `••••` and its last four characters. */
  secret: string;
}

export interface RuleDraft {
  name: string;
  description: string;
  severity: Severity;
  enabled: boolean;
  deviceIds: string[];
  tags: Record<string, string>;
  condition: ConditionDraft;
  for: string;
  keepFiringFor: string;
  repeatEvery: string;
  schedule: AlertSchedule & { on: boolean };
  flapping: { on: boolean; changes: string; within: string };
  notify: TargetDraft[];
}

let made = 0;
export const newTarget = (type: NotifyTarget['type'], to = '', secret = ''): TargetDraft => ({ key: `t${(made += 1)}`, type, to, secret });

export const newDraft = (zone: string, part: Partial<RuleDraft> = {}): RuleDraft => ({
  name: '',
  description: '',
  severity: 'warning',
  enabled: true,
  deviceIds: [],
  tags: {},
  condition: newCondition(),
  for: '',
  keepFiringFor: '',
  repeatEvery: '',
  schedule: { on: false, tz: zone, days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' },
  flapping: { on: false, changes: '5', within: '1h' },
  notify: [],
  ...part,
});

export function draftOf(rule: AlertRule, zone: string): RuleDraft {
  const fresh = newDraft(zone);
  const { changes, within } = rule.flapping ?? {};
  return {
    ...fresh,
    name: rule.name,
    description: rule.description ?? '',
    severity: rule.severity,
    enabled: rule.enabled,
    deviceIds: rule.devices.deviceIds ?? [],
    tags: rule.devices.tags ?? {},
    condition: draftOfCondition(rule.condition),
    for: rule.for ?? '',
    keepFiringFor: rule.keepFiringFor ?? '',
    repeatEvery: rule.repeatEvery ?? '',
    schedule: rule.schedule ? { on: true, ...rule.schedule } : fresh.schedule,
    flapping: rule.flapping ? { on: true, changes: String(changes), within: within ?? '' } : fresh.flapping,
    notify: rule.notify.map((target) =>
      target.type === 'webhook' ? newTarget('webhook', target.url, target.secret ?? '') : newTarget('email', target.to),
    ),
  };
}

export interface ReadRule {
  /** Where nothing is wrong that is seen without the api. */
  rule?: AlertRule;
  wrong: Wrong;
}

export function ruleOf(draft: RuleDraft): ReadRule {
  const wrong: Wrong = {};
  const condition = readCondition(draft.condition, 'condition', wrong);
  const length = (member: 'for' | 'keepFiringFor' | 'repeatEvery'): { [K in typeof member]?: string } => {
    const text = draft[member].trim();
    if (text !== '' && !isLength(text)) wrong[member] = LENGTH;
    return text === '' ? {} : { [member]: text };
  };
  const rule: AlertRule = {
    name: draft.name.trim() || nameFor(condition, wrong),
    ...(draft.description.trim() && { description: draft.description.trim() }),
    severity: draft.severity,
    enabled: draft.enabled,
    devices: devicesOf(draft),
    condition,
    ...length('for'),
    ...length('keepFiringFor'),
    ...length('repeatEvery'),
    ...readSchedule(draft, wrong),
    ...readFlapping(draft, wrong),
    notify: draft.notify.map((target, at) => readTarget(target, `notify.${at}`, wrong)),
  };
  return Object.keys(wrong).length === 0 ? { rule, wrong } : { wrong };
}

const NAME_MAX = 200;
/** A rule without a name is called by what it looks for. */
const nameFor = (condition: AlertCondition, wrong: Wrong): string =>
  Object.keys(wrong).length > 0 ? '' : conditionText(condition).slice(0, NAME_MAX);

export const suggestedName = ({ condition }: Pick<RuleDraft, 'condition'>): string => {
  const wrong: Wrong = {};
  return nameFor(readCondition(condition, 'condition', wrong), wrong);
};

const devicesOf = ({ deviceIds, tags }: RuleDraft): AlertRule['devices'] => ({
  ...(deviceIds.length > 0 && { deviceIds }),
  ...(Object.keys(tags).length > 0 && { tags }),
});

const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

function readSchedule({ schedule: { on, ...schedule } }: RuleDraft, wrong: Wrong): { schedule?: AlertSchedule } {
  if (!on) return {};
  if (schedule.days.length === 0) wrong['schedule.days'] = 'At least one day.';
  for (const end of ['from', 'to'] as const)
    if (!TIME_OF_DAY.test(schedule[end])) wrong[`schedule.${end}`] = 'A time of day such as 08:00.';
  return { schedule };
}

function readFlapping({ flapping: { on, changes, within } }: RuleDraft, wrong: Wrong): Pick<AlertRule, 'flapping'> {
  if (!on) return {};
  if (!Number.isInteger(numberIn(changes))) wrong['flapping.changes'] = 'A whole number.';
  if (!isLength(within)) wrong['flapping.within'] = LENGTH;
  return { flapping: { changes: numberIn(changes), within: within.trim() } };
}

function readTarget({ type, to, secret }: TargetDraft, path: string, wrong: Wrong): NotifyTarget {
  if (to.trim() === '') wrong[`${path}.${type === 'webhook' ? 'url' : 'to'}`] = NEEDED;
  if (type === 'email') return { type, to: to.trim() };
  return { type, url: to.trim(), ...(secret.trim() && { secret: secret.trim() }) };
}

const OPTIONAL = ['description', 'for', 'keepFiringFor', 'repeatEvery', 'schedule', 'flapping'] as const;

/** An edit keeps what it does not name: what was taken away is named as null. */
export const editOf = (rule: AlertRule): object => ({ ...Object.fromEntries(OPTIONAL.map((member) => [member, null])), ...rule });

/** What a draft is tested as: on one device, telling nobody. */
export function testedAs(draft: RuleDraft, deviceId: string): AlertRule | undefined {
  const { rule } = ruleOf({ ...draft, name: 'draft', description: '', notify: [] });
  return rule && { ...rule, devices: { deviceIds: [deviceId] } };
}

/** What the api says of a draft, by path, as `422 alert-rule.invalid` has it. */
export function refusedIn(error: unknown): Wrong {
  const errors = error instanceof ProblemError ? error.problem['errors'] : undefined;
  if (!Array.isArray(errors)) return {};
  return Object.fromEntries((errors as { path: string; message: string }[]).map(({ path, message }) => [path, `It ${message}.`]));
}

/** What is said of this place, or of one within it that has no input of its own. */
export function wrongAt(wrong: Wrong, path: string, deep = false): string | undefined {
  if (wrong[path] !== undefined || !deep) return wrong[path];
  return Object.entries(wrong).find(([place]) => place.startsWith(`${path}.`))?.[1];
}
