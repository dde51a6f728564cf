/** A condition as it stands in the editor: what is typed stays, also where another type is looked at meanwhile. */
import type { AlertCondition, Comparison, CompareSide } from '#contracts';

export type ConditionType = AlertCondition['type'];

export interface ConditionDraft {
  /** Of the element in the list; means nothing else. */
  key: string;
  type: ConditionType;
  field: string;
  /** Of the left side of a comparison; empty: the device that the rule looks at. */
  deviceId: string;
  op: Comparison;
  value: string;
  clear: string;
  min: string;
  max: string;
  hysteresis: string;
  per: string;
  over: string;
  polygon: [number, number][];
  when: 'inside' | 'outside';
  within: string;
  score: string;
  halfLife: string;
  rightField: string;
  rightDeviceId: string;
  offset: string;
  of: ConditionDraft[];
}

export type ConditionTexts = { [K in keyof ConditionDraft as ConditionDraft[K] extends string ? K : never]: string };

/** By the path that the api gives: `condition.of.1.value`. */
export type Wrong = Record<string, string>;

let made = 0;

export const newCondition = (part: Partial<ConditionDraft> = {}): ConditionDraft => ({
  key: `c${(made += 1)}`,
  type: 'threshold',
  field: '',
  deviceId: '',
  op: '>',
  value: '',
  clear: '',
  min: '',
  max: '',
  hysteresis: '',
  per: '1m',
  over: '',
  polygon: [],
  when: 'outside',
  within: '10m',
  score: '0.9',
  halfLife: '',
  rightField: '',
  rightDeviceId: '',
  offset: '',
  of: [],
  ...part,
});

export const isGroup = ({ type }: Pick<ConditionDraft, 'type'>): boolean => type === 'all' || type === 'any';

const textOf = (value: number | string | undefined): string => (value === undefined ? '' : String(value));

export function draftOfCondition(condition: AlertCondition): ConditionDraft {
  const { type } = condition;
  switch (condition.type) {
    case 'threshold':
    case 'forecast': {
      const { field, op, value } = condition;
      const own = condition.type === 'threshold' ? { clear: textOf(condition.clear) } : forecastTexts(condition);
      return newCondition({ type, field, op, value: textOf(value), ...own });
    }
    case 'range': {
      const { field, min, max, hysteresis } = condition;
      return newCondition({ type, field, min: textOf(min), max: textOf(max), hysteresis: textOf(hysteresis) });
    }
    case 'rate': {
      const { field, op, value, per, over } = condition;
      return newCondition({ type, field, op, value: textOf(value), per, over: textOf(over) });
    }
    case 'geofence': {
      const { field, polygon, when } = condition;
      return newCondition({ type, field, polygon, when });
    }
    case 'no-data':
      return newCondition({ type, field: textOf(condition.field), within: condition.within });
    case 'anomaly':
      return newCondition({ type, field: condition.field, score: textOf(condition.score) });
    case 'compare': {
      const { left, op, right, offset } = condition;
      return newCondition({
        ...{ type, op, field: left.field, deviceId: textOf(left.deviceId) },
        ...{ rightField: right.field, rightDeviceId: textOf(right.deviceId), offset: textOf(offset) },
      });
    }
    case 'all':
    case 'any':
      return newCondition({ type, of: condition.of.map(draftOfCondition) });
  }
}

const forecastTexts = ({ within, params }: Extract<AlertCondition, { type: 'forecast' }>): Partial<ConditionDraft> => ({
  within,
  halfLife: textOf(params?.halfLife),
});

/** What is missing or is no number is told in `wrong`; whether it means something, the api says. */
export function readCondition(draft: ConditionDraft, path: string, wrong: Wrong): AlertCondition {
  const read = reader(draft, path, wrong);
  const { type, op } = draft;
  switch (type) {
    case 'threshold':
      return { type, field: read.text('field'), op, value: read.number('value'), ...read.optionalNumber('clear') };
    case 'range': {
      if (draft.min.trim() === '' && draft.max.trim() === '') wrong[`${path}.min`] = 'A lower bound, an upper one, or both.';
      return {
        type,
        field: read.text('field'),
        ...read.optionalNumber('min'),
        ...read.optionalNumber('max'),
        ...read.optionalNumber('hysteresis'),
      };
    }
    case 'rate':
      return {
        type,
        field: read.text('field'),
        op,
        value: read.number('value'),
        per: read.duration('per'),
        ...read.optionalDuration('over'),
      };
    case 'geofence': {
      const { polygon, when } = draft;
      if (polygon.length < 3) wrong[`${path}.polygon`] = 'An area has three corners or more.';
      return { type, field: read.text('field'), polygon, when };
    }
    case 'no-data':
      return { type, ...(draft.field.trim() && { field: draft.field.trim() }), within: read.duration('within') };
    case 'anomaly':
      return { type, field: read.text('field'), score: read.number('score') };
    case 'forecast': {
      const { halfLife } = read.optionalDuration('halfLife');
      const params = halfLife === undefined ? {} : { params: { halfLife } };
      return { type, field: read.text('field'), op, value: read.number('value'), within: read.duration('within'), ...params };
    }
    case 'compare': {
      const left = side(draft.deviceId, read.text('field', 'left.field'));
      const right = side(draft.rightDeviceId, read.text('rightField', 'right.field'));
      return { type, left, op, right, ...read.optionalNumber('offset') };
    }
    case 'all':
    case 'any': {
      if (draft.of.length === 0) wrong[`${path}.of`] = 'At least one condition.';
      return { type, of: draft.of.map((each, at) => readCondition(each, `${path}.of.${at}`, wrong)) };
    }
  }
}

const side = (deviceId: string, field: string): CompareSide => ({ ...(deviceId && { deviceId }), field });

export const NEEDED = 'This is needed.';
export const isLength = (text: string): boolean => /^[1-9]\d{0,8}(ms|[smhdw])$/.test(text.trim());
export const LENGTH = 'A length of time such as 30s, 5m, 4h or 1d.';

/** A number as people type it, with a comma for a point too; NaN for what is none. */
export const numberIn = (text: string): number => (text.trim() === '' ? NaN : Number(text.trim().replace(',', '.').replace('−', '-')));

function reader(draft: ConditionDraft, path: string, wrong: Wrong) {
  const given = (member: keyof ConditionTexts): string => draft[member].trim();
  const number = (member: keyof ConditionTexts): number => {
    const value = numberIn(given(member));
    if (!Number.isFinite(value)) wrong[`${path}.${member}`] = given(member) === '' ? NEEDED : 'A number.';
    return value;
  };
  const duration = (member: keyof ConditionTexts, place: string = member): string => {
    if (!isLength(given(member))) wrong[`${path}.${place}`] = LENGTH;
    return given(member);
  };
  return {
    number,
    duration,
    text: (member: keyof ConditionTexts, place: string = member): string => {
      if (given(member) === '') wrong[`${path}.${place}`] = NEEDED;
      return given(member);
    },
    optionalNumber: <M extends keyof ConditionTexts>(member: M): { [K in M]?: number } =>
      (given(member) === '' ? {} : { [member]: number(member) }) as { [K in M]?: number },
    optionalDuration: <M extends 'over' | 'halfLife'>(member: M): { [K in M]?: string } =>
      (given(member) === '' ? {} : { [member]: duration(member, member === 'halfLife' ? 'params.halfLife' : member) }) as {
        [K in M]?: string;
      },
  };
}
