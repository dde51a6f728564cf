/** Asks for something to be computed: what, over which fields, over which time. */
import type { AnalysisView, OperationView } from '#contracts';
import { useSearch, Link } from 'wouter';
import { useAnalysis, useOperations } from '../api/analyses.js';
import { NewAnalysisForm, type FormStart } from '../analyses/new-analysis-form.js';
import { inputKey, typedOf } from '../analyses/form-model.js';
import { PageHead } from '../ui/page-head.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import device from '../device/device.module.css';

export default function NewAnalysisPage() {
  const query = new URLSearchParams(useSearch());
  const like = query.get('like');
  const operations = useOperations();
  const before = useAnalysis(like ?? '', like !== null);
  if (operations.error) return <ProblemNote error={operations.error} retry={() => void operations.refetch()} />;
  if (!operations.data || (like && before.isPending)) return <PageLoading />;
  const start = before.data ? startLike(before.data, operations.data) : startOf(query);
  return (
    <>
      <Link href="/analyses" className={device.crumb}>
        ← Analyses
      </Link>
      <PageHead title="New analysis">
        <p>It is computed beside the live system, as often as you like: nothing that was recorded changes.</p>
      </PageHead>
      <NewAnalysisForm operations={operations.data} start={start} />
    </>
  );
}

function startLike(view: AnalysisView, operations: readonly OperationView[]): FormStart {
  const operation = operations.find(({ name }) => name === view.operation);
  const entries = (operation?.parameters ?? []).flatMap((parameter) =>
    parameter.name in view.params ? [[parameter.name, typedOf(parameter, view.params[parameter.name])] as const] : [],
  );
  return {
    operation: view.operation,
    inputs: view.inputs.map(({ deviceId, field }) => inputKey(deviceId, field)),
    typed: Object.fromEntries(entries),
    range: { ...(view.from && { from: Date.parse(view.from) }), ...(view.to && { to: Date.parse(view.to) }) },
    name: view.name ?? '',
    standing: view.standing,
  };
}

/** `?operation=…&device=…&field=…&from=…&to=…`, from wherever one comes. */
function startOf(query: URLSearchParams): FormStart {
  const [deviceId, field] = [query.get('device'), query.get('field')];
  const [from, to] = ['from', 'to'].map((name) => (query.has(name) ? Number(query.get(name)) : NaN));
  return {
    operation: query.get('operation') ?? undefined,
    deviceIds: deviceId ? [deviceId] : [],
    inputs: deviceId && field ? [inputKey(deviceId, field)] : [],
    typed: {},
    range: { ...(Number.isFinite(from) && { from }), ...(Number.isFinite(to) && { to }) },
    name: '',
    standing: false,
  };
}
