/** From any JSON to an alert rule that means something, or to everything that is wrong with it. */
import { DEVICE_ID, SEVERITIES, type AlertRule, type AlertSchedule, type Json, type NotifyTarget } from '#contracts';
import type { Rejection } from '../kernel/decider.js';
import { cut, isPlainObject, show } from '../kernel/show.js';
import { parseCondition } from './parse-condition.js';
import { present, Reader, type RuleError } from './reader.js';
import { isZone } from './schedule.js';

/** Longer lists are written as tags. */
export const DEVICES_MAX = 1_000;
export const TAGS_MAX = 50;
/** Each alert is a request or a message to each of them. */
export const TARGETS_MAX = 10;
/** Of a message; who sends worse has other worries. */
const ERRORS_MAX = 20;

export function parseAlertRule(json: unknown): AlertRule | Rejection {
  const errors: RuleError[] = [];
  const reader = Reader.of(json, '', errors, 'an object with name, severity, condition …');
  const rule = reader && readRule(reader);
  return errors.length === 0 ? (rule as AlertRule) : invalidRule(errors);
}

export const isAlertRule = (parsed: AlertRule | Rejection): parsed is AlertRule => 'condition' in parsed;

function invalidRule(errors: readonly RuleError[]): Rejection {
  const { path, message } = errors[0]!;
  const others = errors.length - 1;
  const text = `${path === '' ? 'the rule' : path} ${message}${others > 0 ? ` (and ${others} more)` : ''}`;
  return { code: 'alert-rule.invalid', message: text, details: { errors: errors.slice(0, ERRORS_MAX) as unknown as Json } };
}

const MEMBERS = ['name', 'description', 'severity', 'enabled', 'devices', 'condition', 'notify'];
const DURATIONS = ['for', 'keepFiringFor', 'repeatEvery'] as const;

function readRule(reader: Reader): object {
  reader.only([...MEMBERS, ...DURATIONS, 'schedule', 'flapping']);
  const { enabled = true } = reader.json;
  if (typeof enabled !== 'boolean') reader.complain('enabled', `is true or false, not ${show(enabled)}`);
  const [forText, keepFiringFor, repeatEvery] = DURATIONS.map((member) => (reader.has(member) ? reader.duration(member) : undefined));
  return present({
    name: reader.text('name', 200),
    description: reader.has('description') ? reader.text('description', 2_000) : undefined,
    severity: reader.choice('severity', SEVERITIES),
    enabled,
    devices: readDevices(reader),
    condition: parseCondition(reader.json['condition'], 'condition', reader.errors),
    for: forText,
    keepFiringFor,
    repeatEvery,
    schedule: reader.has('schedule') ? readSchedule(reader) : undefined,
    flapping: reader.has('flapping') ? readFlapping(reader) : undefined,
    notify: readTargets(reader),
  });
}

function readDevices(reader: Reader): AlertRule['devices'] {
  if (!reader.has('devices')) return {};
  const own = reader.object('devices', 'an object with deviceIds, tags, or neither for all devices');
  if (!own) return {};
  own.only(['deviceIds', 'tags']);
  const deviceIds = own.has('deviceIds') ? own.list('deviceIds', DEVICES_MAX) : undefined;
  const bad = deviceIds?.findIndex((id) => typeof id !== 'string' || !DEVICE_ID.test(id)) ?? -1;
  if (bad >= 0) own.complain(`deviceIds.${bad}`, `is no device id: ${show(deviceIds![bad])}`);
  const { tags } = own.json;
  if (own.has('tags') && !isTags(tags)) own.complain('tags', `is an object with 1 to ${TAGS_MAX} texts, not ${show(tags)}`);
  return present({ deviceIds: deviceIds && [...new Set(deviceIds as string[])], tags: own.has('tags') ? tags : undefined }) as never;
}

function isTags(tags: unknown): boolean {
  if (!isPlainObject(tags)) return false;
  const values = Object.values(tags);
  return values.length > 0 && values.length <= TAGS_MAX && values.every((value) => typeof value === 'string');
}

function readSchedule(reader: Reader): AlertSchedule | undefined {
  const own = reader.object('schedule', 'an object with tz, days, from and to');
  if (!own) return undefined;
  own.only(['tz', 'days', 'from', 'to']);
  const tz = own.text('tz', 100);
  if (tz !== undefined && !isZone(tz)) own.complain('tz', `is a time zone such as Europe/Oslo or UTC, not ${show(tz)}`);
  const days = own.list('days', 7);
  if (days?.some((day) => !Number.isInteger(day) || (day as number) < 1 || (day as number) > 7)) {
    own.complain('days', 'are numbers from 1 (Monday) to 7 (Sunday)');
  }
  const [from, to] = ['from', 'to'].map((member) => {
    const value = own.json[member];
    if (typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(value)) return value;
    return own.complain(member, `is a time of day from 00:00 to 24:00, not ${show(value)}`);
  });
  return present({ tz, days: days && [...new Set(days as number[])].sort(), from, to }) as unknown as AlertSchedule;
}

function readFlapping(reader: Reader): object | undefined {
  const own = reader.object('flapping', 'an object with changes and within');
  if (!own) return undefined;
  own.only(['changes', 'within']);
  const changes = own.number('changes', 2, 100);
  if (changes !== undefined && !Number.isInteger(changes)) own.complain('changes', `is a whole number, not ${changes}`);
  return { changes, within: own.duration('within') };
}

function readTargets(reader: Reader): NotifyTarget[] {
  if (!reader.has('notify')) return [];
  const targets = reader.list('notify', TARGETS_MAX, 0) ?? [];
  return targets.flatMap((json, i) => {
    const own = Reader.of(json, `notify.${i}`, reader.errors, 'an object with a type');
    const type = own?.choice('type', ['webhook', 'email']);
    if (!own || type === undefined) return [];
    return [present(type === 'webhook' ? readWebhook(own) : readEmail(own)) as unknown as NotifyTarget];
  });
}

function readWebhook(own: Reader): object {
  own.only(['type', 'url', 'secret']);
  const url = own.text('url', 2_000);
  if (url !== undefined && !/^https?:\/\/[^\s/?#]+/i.test(url))
    own.complain('url', `begins with https:// or http://, not ${show(cut(url))}`);
  return { type: 'webhook', url, secret: own.has('secret') ? own.text('secret', 200) : undefined };
}

function readEmail(own: Reader): object {
  own.only(['type', 'to']);
  const to = own.text('to', 254);
  if (to !== undefined && !/^[^\s@<>",;]+@[^\s@<>",;]+$/.test(to)) own.complain('to', `is one e-mail address, not ${show(to)}`);
  return { type: 'email', to };
}
