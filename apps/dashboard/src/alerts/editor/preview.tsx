/** When the draft would have fired: on a chart of real readings, along which its bounds are dragged. */
import type { AlertRuleView, DeviceView } from '#contracts';
import { Select } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { PlotMessage } from '../../charts/plot-message.js';
import { useCanvasTheme } from '../../charts/theme.js';
import { Figure } from '../../results/figure.js';
import { pictureOfCanvas } from '../../results/save-picture.js';
import { TimePlot } from '../../results/time-plot.js';
import { formatNumber } from '../../ui/number-text.js';
import { FiringStrip } from '../firing-strip.js';
import { PREVIEW_SPANS, type PreviewSpan } from '../preview-range.js';
import { firingsCsv } from '../stretches.js';
import { useDraftTest, useSavedTest } from '../use-backtest.js';
import { usePart } from '../use-part.js';
import type { ConditionDraft } from './condition-draft.js';
import { moved, movingBounds, prefilled } from './moving-bounds.js';
import { previewKeys, previewMarks } from './preview-marks.js';
import { partsShown, placeShown } from './preview-parts.js';
import { FiringTable, Verdict } from './preview-verdict.js';
import { testedAs, type RuleDraft } from './rule-draft.js';
import { usePreviewRange, type PreviewRange } from './use-preview-range.js';
import device from '../../device/device.module.css';
import results from '../../results/results.module.css';
import css from './editor.module.css';

export interface PreviewProps {
  draft: RuleDraft;
  changeCondition: (change: (condition: ConditionDraft) => ConditionDraft) => void;
  /** What nobody typed. */
  prefill: (condition: ConditionDraft) => void;
  saved: AlertRuleView | undefined;
  /** Those that the draft looks at. */
  looked: readonly DeviceView[];
  /** What one came with. */
  start: { deviceId?: string; from?: number; to?: number };
}

export function Preview(props: PreviewProps) {
  const { looked, start } = props;
  const [chosen, setChosen] = useState(start.deviceId);
  const best = looked.find(({ lastReadingAt }) => lastReadingAt !== undefined) ?? looked[0];
  const on = looked.find(({ deviceId }) => deviceId === chosen) ?? best;
  return (
    <div className={css.preview}>
      {on ? (
        <OnDevice key={on.deviceId} {...props} on={on} choose={setChosen} />
      ) : (
        <Figure title="When it would have fired" level={2}>
          <p className={css.hint}>There is no device to try it on.</p>
        </Figure>
      )}
    </div>
  );
}

interface OnDeviceProps extends PreviewProps {
  on: DeviceView;
  choose: (deviceId: string) => void;
}

function OnDevice({ draft, changeCondition, prefill, saved, looked, start, on, choose }: OnDeviceProps) {
  const { deviceId } = on;
  const theme = useCanvasTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [field, setField] = useState<string>();
  const parts = partsShown(draft.condition, on);
  const part = parts.find((one) => one === field) ?? parts[0] ?? '';
  const came = start.deviceId === deviceId && start.from !== undefined && start.to !== undefined;
  const time = usePreviewRange(
    deviceId,
    part || placeShown(draft.condition, on),
    on.lastReadingAt,
    came ? { from: start.from!, to: start.to! } : undefined,
  );
  const shown = useMemo(() => time.range && { deviceId, ...time.range }, [deviceId, time.range]);
  const rule = testedAs(draft, deviceId);
  const preview = useDraftTest(shown && rule && { ...shown, rule });
  const before = useSavedTest(saved, shown).data;
  const readings = usePart({ deviceId, part, ...(time.range ?? { from: 0, to: 0 }) }, time.range !== undefined);
  usePrefilling(part, readings.values, { condition: draft.condition, prefill });
  const bounds = movingBounds(draft.condition, part);
  const firings = preview.outcome?.firings;
  const marked = JSON.stringify(bounds);
  const marks = useMemo(
    () => previewMarks({ firings, saved: before?.firings, fired: before?.fired, bounds: JSON.parse(marked) as typeof bounds, theme }),
    [firings, before, marked, theme],
  );
  const handles = bounds.map((bound) => ({
    label: `${bound.label} on ${part}`,
    value: bound.value,
    aside: bound.member === 'clear',
    text: `${bound.member === 'clear' ? 'until ' : ''}${formatNumber(bound.value)}${readings.unit ? ` ${readings.unit}` : ''}`,
    change: (value: number) => changeCondition((condition) => moved(condition, bound, value)),
  }));
  return (
    <Figure
      title="When it would have fired"
      about={bounds.length > 0 ? 'Drag the red line, or move it with the arrow keys.' : undefined}
      level={2}
      keys={previewKeys(theme, saved)}
      picture={part === '' ? undefined : () => (canvas.current ? pictureOfCanvas(canvas.current) : undefined)}
      csv={() => firingsCsv(firings ?? [])}
    >
      <Choices {...{ looked, on, choose, parts, part, setField, time }} />
      {part !== '' && shown && (
        <div className={css.plot}>
          <TimePlot
            label={`${part} of ${on.name}, with when the rule would have fired`}
            {...{ lines: readings.lines, measured: readings.measured, unit: readings.unit, canvas, marks, handles }}
            from={shown.from}
            to={shown.to}
            zoomTo={time.zoomTo}
          />
          <PlotMessage pending={readings.pending} error={readings.error} empty={readings.data.length === 0} />
        </div>
      )}
      {part === '' && shown && <FiringStrip from={shown.from} to={shown.to} bands={marks.bands} label="When it would have fired" />}
      {!shown && on.lastReadingAt === undefined && <p className={results.hint}>{on.name} has sent nothing yet.</p>}
      <Verdict preview={preview} before={before} saved={saved} complete={rule !== undefined} end={shown?.to ?? 0} />
      {firings && firings.length > 0 && <FiringTable firings={firings} />}
    </Figure>
  );
}

/** An empty bound begins where little of what was seen lies beyond it. */
function usePrefilling(
  part: string,
  values: readonly number[],
  { condition, prefill }: { condition: ConditionDraft; prefill: PreviewProps['prefill'] },
): void {
  const done = useRef(new Set<string>());
  useEffect(() => {
    const next = prefilled(condition, part, values, done.current);
    if (next !== condition) prefill(next);
  }, [part, values, condition, prefill]);
}

interface ChoicesProps {
  looked: readonly DeviceView[];
  on: DeviceView;
  choose: (deviceId: string) => void;
  parts: readonly string[];
  part: string;
  setField: (part: string) => void;
  time: PreviewRange;
}

function Choices({ looked, on, choose, parts, part, setField, time }: ChoicesProps) {
  return (
    <div className={css.choices}>
      <Select
        aria-label="Tried on"
        data={looked.map(({ deviceId, name }) => ({ value: deviceId, label: name }))}
        value={on.deviceId}
        onChange={(deviceId) => deviceId && choose(deviceId)}
        searchable
        limit={100}
        allowDeselect={false}
        checkIconPosition="right"
      />
      {parts.length > 1 && (
        <Select
          aria-label="Field of the chart"
          data={[...parts]}
          value={part}
          onChange={(next) => next && setField(next)}
          allowDeselect={false}
          checkIconPosition="right"
        />
      )}
      <div className={device.spans} role="group" aria-label="Time shown">
        {Object.entries(PREVIEW_SPANS).map(([span, { label }]) => (
          <button key={span} type="button" aria-pressed={time.span === span} onClick={() => time.choose(span as PreviewSpan)}>
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}
