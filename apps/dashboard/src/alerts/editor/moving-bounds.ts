/** Bounds of a draft that a chart lets one drag: where they are in the condition, and the draft with one of them moved. */
import { stepOf } from '../../charts/dragging.js';
import { isGroup, numberIn, type ConditionDraft } from './condition-draft.js';

export type BoundMember = 'value' | 'clear' | 'min' | 'max';

export interface MovingBound {
  /** Of the condition within all/any: `[]` is the outermost. */
  at: number[];
  member: BoundMember;
  value: number;
  /** In words, for who cannot see the line. */
  label: string;
}

const MEMBERS: Partial<Record<ConditionDraft['type'], BoundMember[]>> = {
  threshold: ['value', 'clear'],
  range: ['min', 'max'],
  forecast: ['value'],
};

const LABELS: Record<BoundMember, string> = { value: 'Threshold', clear: 'Until', min: 'Lower bound', max: 'Upper bound' };

/** Those on the field of a chart, in the order of the condition. */
export function movingBounds(draft: ConditionDraft, field: string, at: number[] = []): MovingBound[] {
  if (isGroup(draft)) return draft.of.flatMap((each, index) => movingBounds(each, field, [...at, index]));
  if (draft.field !== field) return [];
  const suffix = at.length > 0 ? ` of condition ${at.map((index) => index + 1).join('.')}` : '';
  return (MEMBERS[draft.type] ?? []).flatMap((member) => {
    const value = numberIn(draft[member]);
    return Number.isFinite(value) ? [{ at, member, value, label: `${LABELS[member]}${suffix}` }] : [];
  });
}

/** With one bound moved. A threshold takes its hysteresis along; the others stop at one another. */
export function moved(draft: ConditionDraft, { at, member }: Pick<MovingBound, 'at' | 'member'>, value: number): ConditionDraft {
  const [index, ...rest] = at;
  if (index !== undefined)
    return { ...draft, of: draft.of.map((each, i) => (i === index ? moved(each, { at: rest, member }, value) : each)) };
  return { ...draft, ...kept(draft, member, value) };
}

function kept(draft: ConditionDraft, member: BoundMember, wanted: number): Partial<ConditionDraft> {
  const [value, clear, min, max] = [draft.value, draft.clear, draft.min, draft.max].map(numberIn) as [number, number, number, number];
  const up = draft.op.startsWith('>');
  switch (member) {
    case 'value':
      if (draft.type !== 'threshold' || !Number.isFinite(clear) || !Number.isFinite(value)) return { value: String(wanted) };
      return { value: String(wanted), clear: String(tidy(clear + wanted - value)) };
    case 'clear':
      return { clear: String(up ? Math.min(wanted, value) : Math.max(wanted, value)) };
    case 'min':
      return { min: String(Number.isFinite(max) ? Math.min(wanted, max) : wanted) };
    case 'max':
      return { max: String(Number.isFinite(min) ? Math.max(wanted, min) : wanted) };
  }
}

const tidy = (value: number): number => Number(value.toPrecision(12));

/** Above nearly everything that was seen, in round steps: what a rule begins with. `<` begins below nearly everything. */
export function sensibleThreshold(values: readonly number[], op: ConditionDraft['op']): number | undefined {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) return undefined;
  if (min === max) return min;
  const up = op.startsWith('>');
  const seen = sorted[Math.round((up ? 0.97 : 0.03) * (sorted.length - 1))] ?? max;
  const step = 5 * stepOf({ min, max });
  return tidy((up ? Math.floor(seen / step) : Math.ceil(seen / step)) * step);
}

/** With bounds where there are none yet, from what was seen of the field. `done` remembers: who empties an input means it. */
export function prefilled(draft: ConditionDraft, field: string, values: readonly number[], done: Set<string>): ConditionDraft {
  if (isGroup(draft)) {
    const of = draft.of.map((each) => prefilled(each, field, values, done));
    return of.every((each, at) => each === draft.of[at]) ? draft : { ...draft, of };
  }
  const key = `${draft.key} ${draft.type} ${draft.field}`;
  if (draft.field !== field || values.length === 0 || done.has(key)) return draft;
  const bounds = boundsFor(draft, values);
  if (!bounds) return draft;
  done.add(key);
  return { ...draft, ...bounds };
}

function boundsFor(draft: ConditionDraft, values: readonly number[]): Partial<ConditionDraft> | undefined {
  const text = (op: ConditionDraft['op']): string => String(sensibleThreshold(values, op) ?? '');
  if (draft.type === 'threshold' || draft.type === 'forecast') return draft.value === '' ? { value: text(draft.op) } : undefined;
  if (draft.type === 'range') return draft.min === '' && draft.max === '' ? { min: text('<'), max: text('>') } : undefined;
  return undefined;
}
