/** Where every number of a result comes from. */
import type { AnalysisView, Lineage, LineageInput } from '#contracts';
import { Link } from 'wouter';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { countText, positionText } from '../ui/number-text.js';
import { CopyBlock } from '../ui/copy-block.js';
import { TableFrame } from '../ui/table-frame.js';
import ui from '../ui/ui.module.css';
import { paramsText } from './words.js';
import css from './analyses.module.css';

export function LineageSection({ analysis }: { analysis: AnalysisView }) {
  const { lineage } = analysis;
  return (
    <section className={css.lineage} aria-labelledby="lineage">
      <h2 id="lineage">Where this comes from</h2>
      <dl className={css.lineageFacts}>
        <div>
          <dt>Operation</dt>
          <dd>
            {lineage.operation}, version {lineage.operationVersion}
          </dd>
        </div>
        <div>
          <dt>Parameters</dt>
          <dd>{paramsText(lineage.params) || 'as the operation has them'}</dd>
        </div>
        <div>
          <dt>Recorded up to</dt>
          <dd className="num">position {positionText(lineage.position)}</dd>
        </div>
      </dl>
      <InputTable lineage={lineage} />
      {lineage.digest && (
        <>
          <p className={css.digestNote}>SHA-256 of the result. The same operation over the same readings gives the same again.</p>
          <CopyBlock text={lineage.digest} label="Digest of the result" testId="digest" wrap />
        </>
      )}
    </section>
  );
}

function InputTable({ lineage: { inputs } }: { lineage: Lineage }) {
  return (
    <TableFrame label="Inputs">
      <table className={ui.table}>
        <thead>
          <tr>
            {['Device', 'Field', 'First', 'Last', 'Readings', 'Schema', 'Model'].map((title) => (
              <th key={title} scope="col" className={title === 'Readings' ? ui.right : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {inputs.map((input) => (
            <InputRow key={`${input.deviceId} ${input.field}`} input={input} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function InputRow({ input: { deviceId, field, firstAt, lastAt, from, to, readings, schemaVersions, model } }: { input: LineageInput }) {
  const { zone } = useZone();
  const moment = (at: string | undefined): string => (at ? exactTime(Date.parse(at), zone) : '–');
  const range = [firstAt ?? from, lastAt ?? to].map((at) => Date.parse(at ?? ''));
  const shown = range.every(Number.isFinite) ? `?from=${range[0] ?? 0}&to=${(range[1] ?? 0) + 1}` : '';
  return (
    <tr>
      <td>
        <Link href={`/devices/${encodeURIComponent(deviceId)}${shown}`}>{deviceId}</Link>
      </td>
      <td className="mono">{field}</td>
      <td>{moment(firstAt)}</td>
      <td>{moment(lastAt)}</td>
      <td className={ui.right}>{readings === undefined ? '–' : countText(readings)}</td>
      <td>{schemaVersions?.length ? `version ${schemaVersions.join(', ')}` : '–'}</td>
      <td>{model ? <Link href={`/devices/${encodeURIComponent(deviceId)}/models`}>version {model.modelVersion}</Link> : '–'}</td>
    </tr>
  );
}
