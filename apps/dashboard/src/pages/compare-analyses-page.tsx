/** Two results beside each other, and in what they differ. */
import type { AnalysisView, OperationView } from '#contracts';
import { Suspense, useMemo } from 'react';
import { Link, useSearch } from 'wouter';
import { useAnalysis, useOperations } from '../api/analyses.js';
import { differences } from '../analyses/differences.js';
import { titleOf } from '../analyses/words.js';
import { BothFigure } from '../results/both-figure.js';
import { ResultView } from '../results/result-view.js';
import { useZone } from '../time/zone.js';
import { PageHead } from '../ui/page-head.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import { TableFrame } from '../ui/table-frame.js';
import css from '../analyses/analyses.module.css';
import device from '../device/device.module.css';
import ui from '../ui/ui.module.css';

export default function CompareAnalysesPage() {
  const query = new URLSearchParams(useSearch());
  const [ofA, ofB] = [query.get('a') ?? '', query.get('b') ?? ''];
  const [a, b] = [useAnalysis(ofA, ofA !== ''), useAnalysis(ofB, ofB !== '')];
  const operations = useOperations();
  if (!ofA || !ofB) return <NothingChosen />;
  const error = a.error ?? b.error ?? operations.error;
  if (error) return <ProblemNote error={error} retry={() => void Promise.all([a.refetch(), b.refetch(), operations.refetch()])} />;
  if (!a.data || !b.data || !operations.data) return <PageLoading />;
  const same = a.data.lineage.digest !== undefined && a.data.lineage.digest === b.data.lineage.digest;
  return (
    <>
      <Link href="/analyses" className={device.crumb}>
        ← Analyses
      </Link>
      <PageHead title="Compare two analyses" />
      <div className={css.page}>
        <p className={css.verdict} data-same={same}>
          {same ? 'Both results are the same, number for number: their digests agree.' : 'The results differ.'}
        </p>
        <Differences a={a.data} b={b.data} operations={operations.data} />
        <Both a={a.data} b={b.data} operations={operations.data} />
        <div className={css.columns}>
          <One analysis={a.data} operations={operations.data} letter="A" />
          <One analysis={b.data} operations={operations.data} letter="B" />
        </div>
      </div>
    </>
  );
}

function NothingChosen() {
  return (
    <>
      <PageHead title="Compare two analyses" />
      <div className={ui.empty}>
        <p>Which two? Tick them in the list of analyses, then choose Compare.</p>
        <Link href="/analyses">To the analyses</Link>
      </div>
    </>
  );
}

function Both({ a, b, operations }: { a: AnalysisView; b: AnalysisView; operations: OperationView[] }) {
  const both = useMemo(() => {
    const [ofA, ofB] = [a, b].map((view) => operations.find(({ name }) => name === view.operation));
    return ofA && ofB && { a: { letter: 'A', analysis: a, operation: ofA }, b: { letter: 'B', analysis: b, operation: ofB } };
  }, [a, b, operations]);
  return both && <BothFigure {...both} />;
}

function Differences({ a, b, operations }: { a: AnalysisView; b: AnalysisView; operations: OperationView[] }) {
  const { zone } = useZone();
  return (
    <TableFrame label="What they were made of">
      <table className={`${ui.table} ${css.differences}`}>
        <thead>
          <tr>
            <th scope="col">Made of</th>
            <th scope="col">A: {titleOf(a, operations)}</th>
            <th scope="col">B: {titleOf(b, operations)}</th>
          </tr>
        </thead>
        <tbody>
          {differences(a, b, zone).map(({ what, ofA, ofB }) => (
            <tr key={what} className={ofA === ofB ? undefined : css.differs}>
              <th scope="row">{what}</th>
              <td>{ofA}</td>
              <td>{ofB}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function One({ analysis, operations, letter }: { analysis: AnalysisView; operations: OperationView[]; letter: string }) {
  const operation = operations.find(({ name }) => name === analysis.operation);
  const title = titleOf(analysis, operations);
  return (
    <section aria-label={`${letter}: ${title}`}>
      <h2>
        {letter}: <Link href={`/analyses/${encodeURIComponent(analysis.analysisId)}`}>{title}</Link>
      </h2>
      {analysis.result && operation ? (
        <Suspense fallback={<PageLoading />}>
          <ResultView analysis={analysis} operation={operation} compact />
        </Suspense>
      ) : (
        <p className={ui.empty}>{analysis.error ?? 'There is no result.'}</p>
      )}
    </section>
  );
}
