/** Does it add up: received = stored + duplicates + rejected, what never came, what came late. */
import { useLedger } from '../api/queries.js';
import { countText as write } from '../ui/number-text.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import { useDevicePage } from './device-context.js';
import css from './ledger.module.css';
import ui from '../ui/ui.module.css';

const EVERY_MS = 5_000;

export default function LedgerTab() {
  const { device } = useDevicePage();
  const ledger = useLedger(device.deviceId, EVERY_MS);
  if (ledger.isPending) return <PageLoading />;
  if (ledger.error) return <ProblemNote error={ledger.error} retry={() => void ledger.refetch()} />;
  const { received, stored, duplicates, rejected, late, missing } = ledger.data;
  const closes = received === stored + duplicates + rejected;
  return (
    <div className={css.ledger}>
      <section className={ui.card} aria-label="Account of all readings">
        <div className={css.equation} data-testid="equation">
          <Term value={received} name="received" />
          <span aria-hidden>=</span>
          <Term value={stored} name="stored" />
          <span aria-hidden>+</span>
          <Term value={duplicates} name="duplicates" />
          <span aria-hidden>+</span>
          <Term value={rejected} name="rejected" />
        </div>
        <Bar
          parts={[
            ['stored', stored],
            ['duplicates', duplicates],
            ['rejected', rejected],
          ]}
        />
        <p className={css.verdict} data-closes={closes}>
          {closes
            ? 'The account closes: every reading that reached us is in exactly one of these.'
            : 'The account does not close. Tell the operator of this service.'}
        </p>
      </section>
      <section className={ui.card} aria-label="Missing readings">
        <h2>
          Never received <span className="num">{write(missing.count)}</span>
        </h2>
        {missing.count === 0 ? (
          <p>
            No gap between the lowest and the highest sequence number received. Devices that send no sequence numbers have none to miss.
          </p>
        ) : (
          <>
            <p>
              Sequence numbers between the lowest and the highest received that never came. Send them again if the device still has them.
            </p>
            <ul className={css.ranges}>
              {missing.ranges.map(([first, last]) => (
                <li key={first} className="mono">
                  {first === last ? first : `${first} – ${last}`}
                </li>
              ))}
              {missing.truncated && <li>and more</li>}
            </ul>
          </>
        )}
      </section>
      <section className={ui.card} aria-label="Late readings">
        <h2>
          Late <span className="num">{write(late)}</span>
        </h2>
        <p>Stored all the same: they came after a reading with a later device time. The latest value is never moved back by them.</p>
      </section>
    </div>
  );
}

function Term({ value, name }: { value: number; name: string }) {
  return (
    <span className={css.term}>
      <b className="num">{write(value)}</b>
      <span>{name}</span>
    </span>
  );
}

function Bar({ parts }: { parts: [name: string, value: number][] }) {
  const all = parts.reduce((sum, [, value]) => sum + value, 0);
  if (all === 0) return null;
  return (
    <div className={css.bar} aria-hidden>
      {parts.map(([name, value]) => value > 0 && <i key={name} data-part={name} style={{ flexGrow: value / all }} />)}
    </div>
  );
}
