/** Everything that was asked to be computed: how far it is, and the way to what came out. */
import type { AnalysisView } from '#contracts';
import { Button } from '@mantine/core';
import { IconColumns, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { analysisCompleted, analysisProgressed, useAnalyses, useOperations } from '../api/analyses.js';
import { AnalysisRow } from '../analyses/analysis-row.js';
import { useAccountLive } from '../live/use-live.js';
import { More } from '../ui/more.js';
import { PageHead } from '../ui/page-head.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import rows from '../ui/rows.module.css';
import css from '../analyses/analyses.module.css';
import ui from '../ui/ui.module.css';

export default function AnalysesPage() {
  const [, go] = useLocation();
  const analyses = useAnalyses();
  const operations = useOperations();
  useAccountLive('analysis.progressed', analysisProgressed);
  useAccountLive('analysis.completed', analysisCompleted);
  const items = analyses.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHead
        title="Analyses"
        actions={
          <Button leftSection={<IconPlus size={17} />} onClick={() => go('/analyses/new')}>
            New analysis
          </Button>
        }
      >
        <p>What is computed over your readings, beside the live system. Each result says what it was made of, and can be made again.</p>
      </PageHead>
      {analyses.isPending && <PageLoading />}
      {analyses.error && <ProblemNote error={analyses.error} retry={() => void analyses.refetch()} />}
      {analyses.data && (items.length === 0 ? <NoAnalyses /> : <List items={items} operations={operations.data ?? []} />)}
      {items.length > 0 && <More paged={analyses} shown={items.length} what="analysis" many="analyses" />}
    </>
  );
}

function NoAnalyses() {
  return (
    <div className={ui.empty}>
      <p>
        Nothing has been computed yet. Smooth, forecast or compare what your devices sent, find what is strange in it, or which rhythms it
        has.
      </p>
      <Link href="/analyses/new">Begin with a new analysis</Link>
      <p>Or open a device, and add an operation to one of its charts.</p>
    </div>
  );
}

function List({ items, operations }: { items: AnalysisView[]; operations: Parameters<typeof AnalysisRow>[0]['operations'] }) {
  const [chosen, setChosen] = useState<string[]>([]);
  const [, go] = useLocation();
  const choose = (analysisId: string, wanted: boolean): void =>
    setChosen((before) => [...before.filter((id) => id !== analysisId), ...(wanted ? [analysisId] : [])].slice(-2));
  const [a, b] = chosen;
  return (
    <>
      <div className={css.compareBar} role="group" aria-label="Compare">
        <span>{a && b ? 'Two are chosen.' : a ? 'Choose one more to compare it with.' : 'Choose two to compare their results.'}</span>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconColumns size={15} />}
          disabled={!a || !b}
          onClick={() => go(`/analyses/compare?a=${a ?? ''}&b=${b ?? ''}`)}
        >
          Compare
        </Button>
      </div>
      <ul className={rows.list} aria-label="Analyses">
        {items.map((view) => (
          <AnalysisRow
            key={view.analysisId}
            view={view}
            operations={operations}
            chosen={chosen.includes(view.analysisId)}
            choose={(wanted) => choose(view.analysisId, wanted)}
          />
        ))}
      </ul>
    </>
  );
}
