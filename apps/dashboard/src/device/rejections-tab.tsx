/** What was refused, why, and what to do about it; nothing that was sent disappears. */
import { adviceFor } from '#contracts';
import { useRejections } from '../api/queries.js';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { More } from '../ui/more.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import { Prose } from '../ui/prose.js';
import { useDevicePage } from './device-context.js';
import rows from '../ui/rows.module.css';
import css from './history.module.css';

export default function RejectionsTab() {
  const { device } = useDevicePage();
  const { zone } = useZone();
  const rejections = useRejections(device.deviceId);
  if (rejections.isPending) return <PageLoading />;
  if (rejections.error) return <ProblemNote error={rejections.error} retry={() => void rejections.refetch()} />;
  const items = rejections.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <p className={css.none}>No reading of this device was ever refused.</p>;
  return (
    <>
      <ul className={rows.list} aria-label="Rejections">
        {items.map((item) => (
          <li key={`${item.position}-${item.index}`} className={`${rows.row} ${css.item}`}>
            <div className={css.head}>
              <span className={css.bad}>{item.code}</span>
              {item.field && <code>{item.field}</code>}
              <time dateTime={item.recordedAt}>{exactTime(Date.parse(item.recordedAt), zone)}</time>
            </div>
            <p>{item.message}</p>
            <p className={css.advice}>
              <Prose text={adviceFor(item.code).advice} />
            </p>
            <pre className={css.json} tabIndex={0} aria-label="The reading as it was sent">
              {JSON.stringify(item.reading)}
            </pre>
          </li>
        ))}
      </ul>
      <More paged={rejections} shown={items.length} what="rejection" />
    </>
  );
}
