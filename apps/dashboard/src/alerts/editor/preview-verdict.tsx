/** How often and how long a draft would have fired, beside the saved version and what really fired. */
import type { AlertRuleView, BacktestView, FiringView } from '#contracts';
import { serverNow } from '../../api/http.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { counted, countText } from '../../ui/number-text.js';
import { exactTime } from '../../time/format.js';
import { useZone } from '../../time/zone.js';
import { countedText, lengthOf } from '../stretches.js';
import type { Preview } from '../use-backtest.js';
import { useCauseText } from '../use-words.js';
import { spanText } from '../words.js';
import { refusedIn } from './rule-draft.js';
import results from '../../results/results.module.css';
import ui from '../../ui/ui.module.css';
import css from './editor.module.css';

interface VerdictProps {
  preview: Preview;
  before: BacktestView | undefined;
  saved: AlertRuleView | undefined;
  /** Is there enough to test? */
  complete: boolean;
  /** Of the time shown. */
  end: number;
}

export function Verdict({ preview: { outcome, error, pending }, before, saved, complete, end }: VerdictProps) {
  if (!complete) return <p className={results.hint}>Say what to look for, and see here when it would have fired.</p>;
  const refused = Object.entries(refusedIn(error));
  if (refused.length > 0)
    return <p className={results.hint}>It would be refused: {refused.map(([path, what]) => saidOfRefusal(path, what)).join(' ')}</p>;
  if (error) return <ProblemNote error={error} />;
  if (!outcome) return <p className={results.hint}>Trying it …</p>;
  return (
    <>
      <dl className={css.verdict} data-pending={pending || undefined} data-testid="verdict" aria-live="polite">
        <div>
          <dt>{saved ? 'As it stands here' : 'It would have fired'}</dt>
          <dd data-testid="would-fire">{countedText(outcome.count, outcome.firingMs)}</dd>
        </div>
        {saved && before && (
          <>
            <div>
              <dt>As saved</dt>
              <dd>{countedText(before.count, before.firingMs)}</dd>
            </div>
            <div>
              <dt>Really fired</dt>
              <dd>{countedText(before.fired?.length ?? 0, lengthOf(before.fired ?? [], Math.min(end, serverNow())))}</dd>
            </div>
          </>
        )}
      </dl>
      <p className={results.hint}>{saidOf(outcome)}</p>
    </>
  );
}

/** `condition.clear is on the side …` */
const saidOfRefusal = (path: string, what: string): string => `${path} ${what.replace(/^It /, '')}`;

function saidOf({ readings, late, tookMs, incomplete, truncated }: BacktestView): string {
  return [
    `Of ${counted(readings, 'reading')} in the order of their arrival, in ${tookMs} ms.`,
    late > 0 && `${countText(late)} came late and changed nothing.`,
    incomplete && 'The time for it ran out: choose a shorter range to see all of it.',
    truncated && 'Not all of its stretches are shown.',
  ]
    .filter(Boolean)
    .join(' ');
}

const SHOWN = 100;

export function FiringTable({ firings }: { firings: readonly FiringView[] }) {
  const { zone } = useZone();
  const causeText = useCauseText();
  return (
    <div className={css.firings} tabIndex={0} role="region" aria-label="When it would have fired">
      <table className={ui.table}>
        <thead>
          <tr>
            <th scope="col">Raised</th>
            <th scope="col">For</th>
            <th scope="col">Seen</th>
          </tr>
        </thead>
        <tbody>
          {firings.slice(0, SHOWN).map((firing, at) => (
            <tr key={`${firing.position} ${at}`}>
              <td>{exactTime(firing.raisedAt, zone)}</td>
              <td>{firing.clearedAt === undefined ? 'goes on' : spanText(firing.clearedAt - firing.raisedAt)}</td>
              <td className={css.cause}>{causeText(firing)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {firings.length > SHOWN && <p className={results.hint}>and {firings.length - SHOWN} more in the CSV</p>}
    </div>
  );
}
