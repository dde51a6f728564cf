/** For who runs the service: how far what is shown is behind the log, rebuilding it, and what waits for a person. */
import { projectionProgressed, useParked, useProjections, useQueues, useShards } from '../api/operate.js';
import { useProjectionsLive } from '../live/use-live.js';
import { Ingestors } from '../operate/ingestors.js';
import { ParkedList } from '../operate/parked-list.js';
import { ProjectionRow } from '../operate/projection-row.js';
import { Summary } from '../operate/summary.js';
import { More } from '../ui/more.js';
import { PageHead } from '../ui/page-head.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import css from '../operate/operate.module.css';
import ui from '../ui/ui.module.css';

export default function OperatePage() {
  const projections = useProjections();
  const [shards, queues, parked] = [useShards(), useQueues(), useParked()];
  useProjectionsLive(projectionProgressed);
  if (projections.isPending) return <PageLoading />;
  if (projections.error && !projections.data) return <ProblemNote error={projections.error} retry={() => void projections.refetch()} />;
  const commands = parked.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHead title="Operate">
        <p>Everything shown is built from the log. Here is how far it is, and how to build it again.</p>
      </PageHead>
      <div className={css.page}>
        <Summary
          projections={projections.data}
          shards={shards.data ?? []}
          parked={parked.data && { count: commands.length, more: parked.hasNextPage }}
        />
        <section aria-labelledby="projections">
          <h2 id="projections">Projections</h2>
          <ul className={css.list} aria-label="Projections">
            {projections.data.map((projection) => (
              <ProjectionRow key={projection.name} projection={projection} />
            ))}
          </ul>
        </section>
        <section aria-labelledby="parked">
          <h2 id="parked">Parked commands</h2>
          <ProblemNote error={parked.error} />
          {parked.data && commands.length === 0 && (
            <p className={ui.empty}>None. A command that fails again and again is kept here, and stops nobody else.</p>
          )}
          {commands.length > 0 && (
            <>
              <ParkedList commands={commands} />
              <More paged={parked} shown={commands.length} what="command" />
            </>
          )}
        </section>
        <section aria-labelledby="ingestors">
          <h2 id="ingestors">Queues and shards</h2>
          <ProblemNote error={shards.error ?? queues.error} />
          {shards.data && queues.data && <Ingestors shards={shards.data} queues={queues.data} />}
        </section>
      </div>
    </>
  );
}
