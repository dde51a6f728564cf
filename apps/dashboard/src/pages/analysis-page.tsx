/** One analysis: how far it is, what came out, and what that was made of. */
import type { AnalysisView, OperationView } from '#contracts';
import { Button } from '@mantine/core';
import { Suspense } from 'react';
import { Link, useLocation } from 'wouter';
import { analysisCompleted, analysisProgressed, isOver, useAnalysis, useOperations } from '../api/analyses.js';
import { ProblemError } from '../api/http.js';
import { EndButton } from '../analyses/end-button.js';
import { LineageSection } from '../analyses/lineage.js';
import { Status } from '../analyses/status.js';
import { inputsText, labelOfOperation, paramsText, spanText, titleOf } from '../analyses/words.js';
import { useAccountLive } from '../live/use-live.js';
import { ResultView } from '../results/result-view.js';
import { duration, exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { PageHead } from '../ui/page-head.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import { NotFoundPage } from './not-found-page.js';
import css from '../analyses/analyses.module.css';
import device from '../device/device.module.css';
import ui from '../ui/ui.module.css';

export default function AnalysisPage({ analysisId }: { analysisId: string }) {
  const analysis = useAnalysis(analysisId);
  const operations = useOperations();
  useAccountLive('analysis.progressed', analysisProgressed);
  useAccountLive('analysis.completed', analysisCompleted);
  if (analysis.isPending || operations.isPending) return <PageLoading />;
  if (analysis.error instanceof ProblemError && analysis.error.status === 404) return <NotFoundPage />;
  const error = analysis.error ?? operations.error;
  if (error && !analysis.data) return <ProblemNote error={error} retry={() => void analysis.refetch()} />;
  const operation = operations.data?.find(({ name }) => name === analysis.data?.operation);
  if (!analysis.data) return null;
  return (
    <>
      <Head analysis={analysis.data} operations={operations.data ?? []} />
      <div className={css.page}>
        <Outcome analysis={analysis.data} operation={operation} />
        <LineageSection analysis={analysis.data} />
      </div>
    </>
  );
}

function Head({ analysis, operations }: { analysis: AnalysisView; operations: OperationView[] }) {
  const [, go] = useLocation();
  const { zone } = useZone();
  const title = titleOf(analysis, operations);
  const params = paramsText(analysis.params);
  const [started, finished] = [analysis.startedAt, analysis.finishedAt].map((at) => (at ? Date.parse(at) : undefined));
  return (
    <>
      <Link href="/analyses" className={device.crumb}>
        ← Analyses
      </Link>
      <PageHead
        title={title}
        actions={
          <>
            <Button size="sm" variant="default" onClick={() => go(`/analyses/new?like=${encodeURIComponent(analysis.analysisId)}`)}>
              Ask again, changed
            </Button>
            <EndButton view={analysis} title={title} ended={() => go('/analyses')} />
          </>
        }
      >
        <div className={css.headFacts}>
          <Status view={analysis} />
          {analysis.name && (
            <span>
              {labelOfOperation(analysis.operation, operations)} of {inputsText(analysis)}
            </span>
          )}
          <span className="num">{spanText(analysis, zone)}</span>
          {params && <span>{params}</span>}
          {finished !== undefined && <span className="num">{exactTime(finished, zone).slice(0, 19)}</span>}
          {started !== undefined && finished !== undefined && <span className="num">took {duration(Math.max(1, finished - started))}</span>}
        </div>
      </PageHead>
    </>
  );
}

function Outcome({ analysis, operation }: { analysis: AnalysisView; operation: OperationView | undefined }) {
  if (analysis.status === 'failed') {
    return (
      <div className={ui.problem} role="alert">
        <strong>It could not be computed.</strong>
        <span>{analysis.error}</span>
        <span className={ui.advice}>Change what it says, and ask again.</span>
      </div>
    );
  }
  if (analysis.status === 'cancelled' && !analysis.result) return <p className={ui.empty}>It was cancelled before it had a result.</p>;
  if (!analysis.result && !isOver(analysis))
    return <p className={ui.empty}>It is under way. The result appears here by itself; you can leave this page meanwhile.</p>;
  if (!analysis.result || !operation) return <p className={ui.empty}>{analysis.error ?? 'There is no result.'}</p>;
  return (
    <Suspense fallback={<PageLoading />}>
      <ResultView analysis={analysis} operation={operation} />
    </Suspense>
  );
}
