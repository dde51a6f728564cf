/** What a verification found: equal, or where what is shown first differs from what the log says. */
import type { Difference, Json, RebuildView, VerificationOutcome } from '#contracts';
import { IconCircleCheck, IconAlertTriangle } from '@tabler/icons-react';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { counted, positionText } from '../ui/number-text.js';
import css from './operate.module.css';

export function VerificationResult({ rebuild, outcome }: { rebuild: RebuildView; outcome: VerificationOutcome }) {
  const { zone } = useZone();
  const { equal, position, live, rebuilt, rows, firstDifference } = outcome;
  const Icon = equal ? IconCircleCheck : IconAlertTriangle;
  return (
    <div className={css.result} data-equal={equal} data-testid={`outcome-${rebuild.projection}`}>
      <p className={css.verdict}>
        <Icon size={18} aria-hidden />
        <b>{equal ? 'It shows what the log says' : 'It does not show what the log says'}</b>
        <span className="num">as of position {positionText(position)}</span>
        {rebuild.finishedAt && <time dateTime={rebuild.finishedAt}>{exactTime(Date.parse(rebuild.finishedAt), zone).slice(0, 19)}</time>}
      </p>
      <dl className={css.digests}>
        <Digest name="shown" digest={live} rows={rows.live} />
        <Digest name="rebuilt" digest={rebuilt} rows={rows.rebuilt} />
      </dl>
      {firstDifference && <FirstDifference difference={firstDifference} />}
    </div>
  );
}

function Digest({ name, digest, rows }: { name: string; digest: string; rows: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="mono">{digest}</dd>
      <dd className="num">{counted(rows, 'row')}</dd>
    </div>
  );
}

function FirstDifference({ difference }: { difference: Difference }) {
  const { table, accountId, deviceId, key, live, rebuilt, hidden } = difference;
  if (hidden) return <p className={css.first}>The first difference is in {table}, in another account.</p>;
  return (
    <div className={css.first}>
      <p>
        The first difference is in <code>{table}</code>
        {deviceId && (
          <>
            , device <code>{deviceId}</code>
          </>
        )}
        {accountId && (
          <>
            , account <code>{accountId}</code>
          </>
        )}
        , at <code>{JSON.stringify(key)}</code>
      </p>
      <div className={css.sides}>
        <Side name="shown" row={live} />
        <Side name="rebuilt" row={rebuilt} />
      </div>
    </div>
  );
}

function Side({ name, row }: { name: string; row: Json }) {
  return (
    <figure>
      <figcaption>{name}</figcaption>
      <pre tabIndex={0} aria-label={`The row as ${name}`}>
        {row === null ? 'not there' : JSON.stringify(row, null, 2)}
      </pre>
    </figure>
  );
}
