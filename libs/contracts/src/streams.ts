/** Names of streams and the ids within them. */

export type Category = 'device' | 'account' | 'email' | 'request' | 'analysis' | 'model' | 'alert-rule';

export const deviceStream = (accountId: string, deviceId: string): string => `device-${accountId}.${deviceId}`;
export const accountStream = (accountId: string): string => `account-${accountId}`;
export const emailStream = (addressHash: string): string => `email-${addressHash}`;
export const requestStream = (accountId: string, keyHash: string): string => `request-${accountId}.${keyHash}`;

export const analysisStream = (accountId: string, analysisId: string): string => `analysis-${accountId}.${analysisId}`;

export const modelStream = (accountId: string, modelId: string): string => `model-${accountId}.${modelId}`;

export const alertRuleStream = (accountId: string, ruleId: string): string => `${ALERT_RULE}${accountId}.${ruleId}`;
/** The one category whose name has a dash. */
const ALERT_RULE = 'alert-rule-';

export function categoryOf(stream: string): Category {
  if (stream.startsWith(ALERT_RULE)) return 'alert-rule';
  return stream.slice(0, stream.indexOf('-')) as Category;
}

/** The account and device of a device stream; an account id has no dot, a device id may. */
export function deviceOf(stream: string): { accountId: string; deviceId: string } {
  const dash = stream.indexOf('-');
  const dot = stream.indexOf('.', dash);
  return { accountId: stream.slice(dash + 1, dot), deviceId: stream.slice(dot + 1) };
}

/** The account and analysis of an analysis' stream. */
export function analysisOf(stream: string): { accountId: string; analysisId: string } {
  const { accountId, deviceId: analysisId } = deviceOf(stream);
  return { accountId, analysisId };
}

/** The account and rule of an alert rule's stream. */
export function alertRuleOf(stream: string): { accountId: string; ruleId: string } {
  const dot = stream.indexOf('.');
  return { accountId: stream.slice(ALERT_RULE.length, dot), ruleId: stream.slice(dot + 1) };
}

/** FNV-1a over the stream's name, mixed once more so that every bit counts; unsigned, 32 bits. The same in every process and for ever. */
export function hashOfStream(stream: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < stream.length; i++) hash = Math.imul(hash ^ stream.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** The share of the projections that a stream belongs to. */
export const partOf = (stream: string, parts: number): number => (parts === 1 ? 0 : hashOfStream(stream) % parts);

/** Letters, digits and `_ . : -`; 1 to 128. */
export const DEVICE_ID = /^(?!\.{1,2}$)[A-Za-z0-9_.:-]{1,128}$/;

const FORBIDDEN_FIELDS = new Set(['__proto__', 'constructor', 'prototype']);
/** Names a reading uses for itself. */
export const RESERVED_FIELDS: readonly string[] = ['time', 'ts', 'seq', 'values', 'deviceId'];

/** Why this cannot be a field's name, or undefined where it can. */
export function whyNotAFieldName(name: string): string | undefined {
  if (name.length < 1 || name.length > 128) return 'a field name has 1 to 128 characters';
  if (FORBIDDEN_FIELDS.has(name)) return `"${name}" cannot be a field name`;
  if (name.includes('.')) return 'dots are reserved for the parts of locations and vectors';
  if (RESERVED_FIELDS.includes(name)) return `"${name}" is what a reading calls its own ${name}`;
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'a field name has no control characters';
  return undefined;
}
