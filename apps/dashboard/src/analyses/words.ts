/** Analyses in the words of the page. */
import type { AnalysisPhase, AnalysisView, JsonObject, OperationView } from '#contracts';
import { formatNumber } from '../ui/number-text.js';
import { minuteTime } from '../time/format.js';

const PHASES: Record<AnalysisPhase, string> = {
  waiting: 'waiting for a worker',
  reading: 'reading',
  computing: 'computing',
  storing: 'storing the result',
  following: 'following',
};

export function statusText({ status, phase, standing, progress }: AnalysisView): string {
  if (status === 'queued') return 'waiting for a worker';
  if (status !== 'running') return status;
  if (standing && phase === 'following') return 'following what comes';
  return `${phase ? PHASES[phase] : 'running'}, ${Math.floor(progress * 100)} %`;
}

export const labelOfOperation = (name: string, operations: readonly OperationView[] | undefined): string =>
  operations?.find((operation) => operation.name === name)?.label ?? name;

export const titleOf = (view: AnalysisView, operations: readonly OperationView[] | undefined): string =>
  view.name || `${labelOfOperation(view.operation, operations)} of ${inputsText(view, 2)}`;

/** `temperature of seattle, wind of seattle and 3 more`. */
export function inputsText({ inputs }: Pick<AnalysisView, 'inputs'>, shown = 3): string {
  const listed = inputs.slice(0, shown).map(({ deviceId, field }) => `${deviceId} ${field}`);
  return `${listed.join(', ')}${inputs.length > shown ? ` and ${inputs.length - shown} more` : ''}`;
}

/** Over which time it was asked. */
export function spanText({ from, to, standing }: Pick<AnalysisView, 'from' | 'to' | 'standing'>, zone: string): string {
  const [start, end] = [from, to].map((at) => at && minuteTime(Date.parse(at), zone));
  if (start && end) return `${start} – ${end}`;
  if (start) return standing ? `from ${start} on` : `since ${start}`;
  return end ? `up to ${end}` : standing ? 'everything, and what comes' : 'everything up to then';
}

/** `horizon 48, model auto`; nothing where all is as the operation has it. */
export function paramsText(params: JsonObject): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${valueText(value)}`)
    .join(', ');
}

function valueText(value: unknown): string {
  if (Array.isArray(value) && Array.isArray(value[0])) return `of ${value.length} corners`;
  if (Array.isArray(value)) return value.join(' ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const PERIODS: [seconds: number, unit: string][] = [
  [86_400 * 365.25, 'years'],
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
  [0.001, 'ms'],
  [0.000001, 'µs'],
];

/** `23.8 h`: a length of time to three digits, in the unit in which it is at least two of them. */
export function periodText(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const size = Math.abs(seconds);
  const [step, unit] = PERIODS.find(([step]) => size >= 2 * step) ?? (size === 0 ? ([1, 's'] as const) : ([0.000001, 'µs'] as const));
  return `${formatNumber(Number((seconds / step).toPrecision(3)))} ${unit}`;
}

export const shortDigest = (digest: string): string => `${digest.slice(0, 8)}…${digest.slice(-8)}`;
