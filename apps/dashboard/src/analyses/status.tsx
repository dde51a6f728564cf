/** How far an analysis is, in words and as a bar. */
import type { AnalysisView } from '#contracts';
import { isOver } from '../api/analyses.js';
import { statusText } from './words.js';
import css from './analyses.module.css';

export function Status({ view }: { view: AnalysisView }) {
  const text = statusText(view);
  return (
    <div className={css.status} data-status={view.status} data-standing={view.standing || undefined}>
      <span>
        <i aria-hidden />
        {text}
        {view.restarts > 0 && !isOver(view) && <small> · began again {view.restarts === 1 ? 'once' : `${view.restarts} times`}</small>}
      </span>
      {!isOver(view) && !view.standing && (
        <div
          className={css.bar}
          role="progressbar"
          aria-label={text}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.floor(view.progress * 100)}
        >
          <b style={{ width: `${view.progress * 100}%` }} />
        </div>
      )}
    </div>
  );
}
