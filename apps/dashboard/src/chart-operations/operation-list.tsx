/** The operations of one chart: each with its state, the way to its own page, and the way to take it off; and what does not fit over the lines. */
import type { FieldSchema, OperationView } from '#contracts';
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconRefresh, IconX } from '@tabler/icons-react';
import { Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { Link } from 'wouter';
import { useOperations } from '../api/analyses.js';
import { ProblemError } from '../api/http.js';
import { liesOver, shapeOf } from '../analyses/shape.js';
import { paramsText } from '../analyses/words.js';
import { useDevicePage } from '../device/device-context.js';
import { latePart } from '../parts/late-part.js';
import type { ResultViewProps } from '../results/result-view.js';
import { labelOf } from '../schema/values.js';
import { exactTime } from '../time/format.js';
import { SPANS, type TimeRange } from '../time/range.js';
import { useZone } from '../time/zone.js';
import { keyOf, type ChartOperation } from './model.js';
import { TakeAlong } from './take-along.js';
import { APART } from './use-overlays.js';
import { keepAnalysis } from './let-go.js';
import { useAnalysisOf, type ComputedOperation, type Report } from './use-computed.js';
import css from './chart-operations.module.css';

const ResultView = latePart<ResultViewProps>(() => import('../results/result-view.js').then(({ ResultView: view }) => ({ default: view })));
const SERIES_COUNT = 8;

interface OperationListProps {
  name: string;
  field: FieldSchema;
  color: number;
  enabled: boolean;
  operations: ChartOperation[];
  remove: (operation: ChartOperation) => void;
  computed: ComputedOperation[];
  report: Report;
}

export function OperationList({ operations, computed, color, ...rest }: OperationListProps) {
  const known = useOperations();
  const over = computed.filter(({ operation }) => liesOver(operation));
  const below = computed.filter(({ operation }) => !liesOver(operation) || shapeOf(operation) === 'anomalies');
  return (
    <>
      <ul className={css.list} aria-label="Operations">
        {operations.map((asked, place) => {
          const isOver = over.some((one) => one.place === place);
          const operation = known.data?.find(({ name }) => name === asked.operation);
          const isMarks = operation && shapeOf(operation) === 'anomalies';
          const swatch = !isOver ? undefined : isMarks ? 'var(--pen)' : `var(--series-${((color + APART + place) % SERIES_COUNT) + 1})`;
          return (
            <Item key={keyOf(asked)} {...rest} asked={asked} operation={operation} unknown={known.data && !operation} swatch={swatch} />
          );
        })}
      </ul>
      {below.map(({ asked, operation, analysis, window }) => (
        <div key={keyOf(asked)} className={css.below}>
          <Suspense fallback={null}>
            <Below operation={operation} analysis={analysis} window={window} />
          </Suspense>
        </div>
      ))}
    </>
  );
}

type BelowProps = Pick<ComputedOperation, 'operation' | 'analysis' | 'window'>;

/** Strange stretches are marked in the chart, and told below it in words. */
function Below({ operation, analysis, window }: BelowProps) {
  return <ResultView analysis={analysis} operation={operation} window={window} compact beside={liesOver(operation)} />;
}

type ItemProps = Omit<OperationListProps, 'operations' | 'computed' | 'color'> & {
  asked: ChartOperation;
  operation: OperationView | undefined;
  unknown: boolean | undefined;
  swatch: string | undefined;
};

function Item({ name, field, asked, operation, unknown, swatch, enabled, remove, report }: ItemProps) {
  const { device, bounds, range } = useDevicePage();
  const { zone } = useZone();
  const [renewals, setRenewals] = useState(0);
  const window = useMemo(bounds, [bounds, renewals]);
  useRenewal(range, () => setRenewals((count) => count + 1));
  const answer = useAnalysisOf({ deviceId: device.deviceId, name, field, asked, operation, window, enabled });
  const key = keyOf(asked);
  const { data } = answer;
  useEffect(() => {
    if (data && operation) report(key, { asked: JSON.parse(key) as ChartOperation, operation, analysis: data.view, window: data.window });
  }, [data, operation, key, report]);
  useEffect(() => () => report(key, undefined), [key, report]);
  const label = operation?.label ?? asked.operation;
  const params = paramsText(asked.params);
  const pending = !answer.error && (answer.isPending || answer.isPlaceholderData);
  return (
    <li className={css.item} data-operation={asked.operation} data-state={answer.error ? 'failed' : pending ? 'pending' : 'done'}>
      {swatch && <i style={{ background: swatch }} aria-hidden />}
      <span>
        {data ? (
          <Link href={`/analyses/${encodeURIComponent(data.view.analysisId)}`} onClick={() => keepAnalysis(data.view.analysisId)}>
            {label}
          </Link>
        ) : (
          label
        )}
        {params && <small> {params}</small>}
      </span>
      <span className={css.state} role="status">
        {unknown && 'There is no such operation.'}
        {pending && !unknown && 'computing …'}
        {!pending && !answer.error && range.kind === 'last' && data && `as of ${exactTime(data.window.to, zone).slice(11, 19)}`}
      </span>
      {answer.error && (
        <span className={css.failed} role="alert">
          {answer.error instanceof ProblemError ? answer.error.problem.detail : answer.error.message}
        </span>
      )}
      <span className={css.tools}>
        {data && operation && <TakeAlong analysis={data.view} operation={operation} chart={labelOf(name, field)} />}
        {(range.kind === 'last' || answer.error) && (
          <Tooltip label="Compute again">
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={`Compute ${label} again`}
              onClick={() => setRenewals(renewals + 1)}
            >
              <IconRefresh size={15} />
            </ActionIcon>
          </Tooltip>
        )}
        <Tooltip label="Take it off">
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Take ${label} off`} onClick={() => remove(asked)}>
            <IconX size={15} />
          </ActionIcon>
        </Tooltip>
      </span>
    </li>
  );
}

/** While the chart follows the present, its operations do at a pace that the service does not feel. */
const RENEW_EVERY_MS = 30_000;
const RENEW_SHARE = 30;

function useRenewal(range: TimeRange, renew: () => void): void {
  const newest = useRef(renew);
  useEffect(() => {
    newest.current = renew;
  });
  const every = range.kind === 'last' ? Math.max(RENEW_EVERY_MS, SPANS[range.span].ms / RENEW_SHARE) : undefined;
  useEffect(() => {
    if (every === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden) newest.current();
    }, every);
    return () => clearInterval(timer);
  }, [every]);
}
