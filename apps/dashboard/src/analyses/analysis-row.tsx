/** One analysis of the list. */
import type { AnalysisView, OperationView } from '#contracts';
import { Checkbox } from '@mantine/core';
import { Link } from 'wouter';
import { isOver } from '../api/analyses.js';
import { serverNow } from '../api/http.js';
import { useTick } from '../live/use-live.js';
import { ago, exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { EndButton } from './end-button.js';
import { Status } from './status.js';
import { inputsText, labelOfOperation, paramsText, spanText, titleOf } from './words.js';
import rows from '../ui/rows.module.css';
import css from './analyses.module.css';

export interface AnalysisRowProps {
  view: AnalysisView;
  operations: readonly OperationView[];
  chosen: boolean;
  choose: (wanted: boolean) => void;
}

export function AnalysisRow({ view, operations, chosen, choose }: AnalysisRowProps) {
  useTick(10_000);
  const { zone } = useZone();
  const requested = Date.parse(view.requestedAt);
  const title = titleOf(view, operations);
  const params = paramsText(view.params);
  return (
    <li className={`${rows.row} ${rows.leading} ${css.row}`} data-analysis={view.analysisId} data-status={view.status} aria-label={title}>
      <Checkbox
        checked={chosen}
        disabled={!isOver(view) || view.status !== 'completed'}
        onChange={(event) => choose(event.currentTarget.checked)}
        aria-label={`Compare ${title}`}
      />
      <div className={`${rows.what} ${css.what}`}>
        <Link href={`/analyses/${encodeURIComponent(view.analysisId)}`} className={rows.name}>
          {title}
        </Link>
        <span className={rows.facts}>
          {[view.name && `${labelOfOperation(view.operation, operations)} of ${inputsText(view)}`, spanText(view, zone), params]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      <Status view={view} />
      <time dateTime={view.requestedAt} title={exactTime(requested, zone)} className={css.when}>
        {ago(requested, serverNow())}
      </time>
      <EndButton view={view} title={title} />
    </li>
  );
}
