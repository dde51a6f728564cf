/** The service in four figures. */
import type { ProjectionView, ShardView } from '#contracts';
import { counted, countText, positionText } from '../ui/number-text.js';
import css from './operate.module.css';
import { behindText } from './behind.js';

interface Parked {
  count: number;
  more: boolean;
}

export function Summary({ projections, shards, parked }: { projections: ProjectionView[]; shards: ShardView[]; parked?: Parked }) {
  const slowest = projections.reduce((one, other) => (other.lagSeconds > one.lagSeconds ? other : one), { lagSeconds: 0, lagEvents: 0 });
  const rate = shards.reduce((sum, { commandsPerSecond }) => sum + commandsPerSecond, 0);
  const waiting = shards.reduce((sum, { waiting: commands }) => sum + commands, 0);
  return (
    <dl className={css.summary}>
      <Figure name="recorded" value={positionText(String(headOf(projections)))} detail="position of the log" />
      <Figure
        name="behind"
        value={behindText(slowest)}
        detail={slowest.lagEvents === 0 ? 'all is shown' : `${counted(slowest.lagEvents, 'event')} at most`}
      />
      <Figure name="commands a second" value={countText(rate)} detail={`${countText(waiting)} waiting`} />
      <Figure
        name="parked"
        value={parked ? `${countText(parked.count)}${parked.more ? ' +' : ''}` : '–'}
        detail={parked?.count === 0 ? 'nothing to do' : 'see below'}
        bad={(parked?.count ?? 0) > 0}
      />
    </dl>
  );
}

function Figure({ name, value, detail, bad }: { name: string; value: string; detail: string; bad?: boolean }) {
  return (
    <div className={css.figure} data-bad={bad || undefined}>
      <dt>{name}</dt>
      <dd>
        <b className="num">{value}</b>
        <span className="num">{detail}</span>
      </dd>
    </div>
  );
}

/** Events are told as far as the slowest is from the end of the log. */
const headOf = (projections: ProjectionView[]): number =>
  Math.max(0, ...projections.map(({ position, lagEvents }) => Number(position) + lagEvents));
