/** What was trained on the fields of the device: every version, what it was compared with, and whether it is used. */
import type { ModelView } from '#contracts';
import { Link } from 'wouter';
import { useModels } from '../api/queries.js';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { countText } from '../ui/number-text.js';
import { More } from '../ui/more.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import { TableFrame } from '../ui/table-frame.js';
import ui from '../ui/ui.module.css';
import { useDevicePage } from './device-context.js';
import css from './history.module.css';

const PURPOSES: Record<ModelView['purpose'], string> = { forecast: 'Forecast', anomalies: 'Anomalies' };

export default function ModelsTab() {
  const { device } = useDevicePage();
  const models = useModels(device.deviceId);
  if (models.isPending) return <PageLoading />;
  if (models.error) return <ProblemNote error={models.error} retry={() => void models.refetch()} />;
  const items = models.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return (
      <p className={css.none}>
        No network was trained on this device. <Link href="/analyses/new">Ask for the analysis “Train a network”</Link>: it is compared with
        what is used without it, and used only where it does better.
      </p>
    );
  }
  const newest = new Set<string>();
  return (
    <>
      <TableFrame label="Models">
        <table className={ui.table}>
          <thead>
            <tr>
              {['Field', 'For', 'Version', 'Trained', 'Readings', 'Used', 'Compared'].map((title) => (
                <th key={title} scope="col" className={title === 'Version' || title === 'Readings' ? ui.right : undefined}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((model) => {
              const isNewest = !newest.has(model.modelId);
              newest.add(model.modelId);
              return <ModelRow key={`${model.modelId} ${model.modelVersion}`} model={model} isNewest={isNewest} />;
            })}
          </tbody>
        </table>
      </TableFrame>
      <More paged={models} shown={items.length} what="model" />
    </>
  );
}

function ModelRow({ model, isNewest }: { model: ModelView; isNewest: boolean }) {
  const { zone } = useZone();
  const { field, purpose, modelVersion, trainedAt, readings, used, note, analysisId } = model;
  return (
    <tr>
      <td className="mono">{field}</td>
      <td>{PURPOSES[purpose]}</td>
      <td className={ui.right}>{modelVersion}</td>
      <td>
        <Link href={`/analyses/${encodeURIComponent(analysisId)}`}>{exactTime(Date.parse(trainedAt), zone).slice(0, 19)}</Link>
      </td>
      <td className={ui.right}>{countText(readings)}</td>
      <td>{isNewest ? (used ? 'yes' : 'no') : 'replaced'}</td>
      <td style={{ whiteSpace: 'normal', minWidth: 280 }}>{note}</td>
    </tr>
  );
}
